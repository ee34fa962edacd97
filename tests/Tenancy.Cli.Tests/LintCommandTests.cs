using System.Diagnostics;
using System.Text.Json;
using Npgsql;

namespace Tenancy.Cli.Tests;

[Collection(nameof(CliFixture))]
public sealed class LintCommandTests(CliFixture fixture)
{
    /// <summary>A server may be a release behind: that is no fault of the database.</summary>
    const string Behind = """{ "rule": "TEN802", "target": "server", "reason": "The distribution decides." }""";

    static async Task<string> FileAsync(params string[] entries)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, $"[{string.Join(",", entries)}]");
        return file;
    }

    [Fact]
    public async Task A_clean_database_is_0_and_a_faulty_one_1()
    {
        var allow = await FileAsync(Behind);
        var clean = await CliFixture.RunAsync(null, "lint", "--connection", fixture.Clean, "--allow", allow);
        Assert.True(clean.Exit == ExitCode.Clean, clean.Out + clean.Error);
        Assert.DoesNotContain("error", clean.Out, StringComparison.Ordinal);
        var faulty = await CliFixture.RunAsync(null, "lint", "--connection", fixture.Faulty, "--allow", allow);
        Assert.Equal(ExitCode.Found, faulty.Exit);
        Assert.All(["error TEN301", "app.notes.notes_mark", "drop index app.notes_mark;", "warning TEN205", "app.legacy", "1 error, 1 warning"],
            text => Assert.Contains(text, faulty.Out, StringComparison.Ordinal));
        File.Delete(allow);
    }

    [Fact]
    public async Task The_environment_names_a_database_and_an_option_another()
    {
        var (exit, output, _) = await CliFixture.RunAsync(fixture.Faulty, "lint", "-f", "json", "--fail-on", "error");
        Assert.Equal(ExitCode.Found, exit);
        using var json = JsonDocument.Parse(output);
        Assert.Equal(fixture.FaultyDatabase, json.RootElement.GetProperty("databases")[0].GetString());

        var both = await CliFixture.RunAsync(null, "lint", "-f", "json", "-c", fixture.Clean, "-c", fixture.Faulty);
        using var two = JsonDocument.Parse(both.Out);
        Assert.Equal(2, two.RootElement.GetProperty("databases").GetArrayLength());
    }

    [Fact]
    public async Task What_is_allowed_does_not_count_and_what_matches_nothing_is_told()
    {
        var allow = await FileAsync(
            Behind,
            """{ "rule": "TEN301", "target": "app.notes.*", "reason": "Marks are public." }""",
            """{ "rule": "TEN205", "target": "app.old", "reason": "It was." }""");
        var warned = await CliFixture.RunAsync(null, "lint", "-c", fixture.Faulty, "-a", allow);
        Assert.Equal(ExitCode.Found, warned.Exit);
        Assert.DoesNotContain("TEN301", warned.Out, StringComparison.Ordinal);
        Assert.Contains("TEN205 on 'app.old' matches nothing", warned.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("TEN301", warned.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Clean, (await CliFixture.RunAsync(null, "lint", "-c", fixture.Faulty, "-a", allow, "--fail-on", "error")).Exit);
        // An entry that is needed in one of two databases is needed.
        var both = await CliFixture.RunAsync(null, "lint", "-c", fixture.Clean, "-c", fixture.Faulty, "-a", allow);
        Assert.DoesNotContain("TEN301", both.Error, StringComparison.Ordinal);
        File.Delete(allow);
    }

    [Fact]
    public async Task A_reason_is_needed()
    {
        var allow = await FileAsync("""{ "rule": "TEN301", "target": "app.notes.*" }""");
        var (exit, output, error) = await CliFixture.RunAsync(null, "lint", "-c", fixture.Faulty, "-a", allow);
        Assert.Equal(ExitCode.Failed, exit);
        Assert.Empty(output);
        Assert.Contains("no reason", error, StringComparison.Ordinal);
        File.Delete(allow);
    }

    [Theory]
    [InlineData("No database is named", "lint")]
    [InlineData("Required command", "")]
    [InlineData("colour", "lint", "--format", "colour")]
    [InlineData("often", "lint", "--fail-on", "often")]
    [InlineData("--nonsense", "lint", "--nonsense")]
    [InlineData("no Host", "lint", "-c", "Database=d;Username=u;Password=hunter2")]
    [InlineData("no Database", "lint", "-c", "Host=h;Username=u;Password=hunter2")]
    [InlineData("not one that Npgsql can read", "lint", "-c", "Host=h;Pasword=hunter2")]
    [InlineData("not one that Npgsql can read", "lint", "-c", "Host=h;Port=hunter2")]
    [InlineData("no-such-file", "lint", "-c", "Host=h;Database=d", "-a", "/no-such-file")]
    [InlineData("127.0.0.1", "lint", "-c", "Host=127.0.0.1;Port=1;Database=d;Username=u;Password=hunter2")]
    public async Task A_mistake_is_2_and_says_what_to_do(string told, params string[] args)
    {
        var (exit, output, error) = await CliFixture.RunAsync(null, [.. args.Where(arg => arg.Length > 0)]);
        Assert.Equal(ExitCode.Failed, exit);
        Assert.Empty(output);
        Assert.Contains(told, error, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_that_is_not_there_is_named()
    {
        var (exit, _, error) = await CliFixture.RunAsync(null, "lint", "-c", fixture.Clean, "--role", "nobody_at_all");
        Assert.Equal(ExitCode.Failed, exit);
        Assert.Contains("nobody_at_all", error, StringComparison.Ordinal);
    }

    /// <summary>The program itself, with the password in PGPASSWORD: it connects, and shows the password nowhere.</summary>
    [Theory]
    [InlineData("table")]
    [InlineData("json")]
    [InlineData("sarif")]
    public async Task The_program_takes_the_password_from_the_environment(string format)
    {
        var connection = new NpgsqlConnectionStringBuilder(fixture.Faulty) { Password = null }.ConnectionString;
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "tenancy.dll"), "lint", "--connection", connection, "--format", format])
            start.ArgumentList.Add(argument);
        start.Environment["PGPASSWORD"] = CliFixture.Password;
        using var program = Process.Start(start)!;
        var (output, error) = (program.StandardOutput.ReadToEndAsync(), program.StandardError.ReadToEndAsync());
        await program.WaitForExitAsync();
        Assert.Equal(ExitCode.Found, program.ExitCode);
        Assert.Contains("TEN301", await output, StringComparison.Ordinal);
        Assert.DoesNotContain(CliFixture.Password, await output + await error, StringComparison.Ordinal);
    }
}
