using Inbox.Tests.Hosting;

namespace Inbox.Tests.Api;

/// <summary>The program's commands, and a configuration that must not start.</summary>
public sealed class CommandTests : IDisposable
{
    readonly string _directory = Directory.CreateTempSubdirectory("inbox-tests-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Keys_are_made_for_their_owner_alone_and_sign_tokens()
    {
        var (made, _) = await ApiProcess.RunAsync([], "keys", "--out", _directory);
        Assert.Equal(0, made);
        var key = Path.Combine(_directory, "signing-key.pem");
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
        Assert.DoesNotContain("\"d\"", await File.ReadAllTextAsync(Path.Combine(_directory, "jwks.json")), StringComparison.Ordinal);
        Assert.Equal(2, (await ApiProcess.RunAsync([], "keys", "--out", _directory)).ExitCode);

        var (signed, token) = await ApiProcess.RunAsync(
            [new("Jwt__SigningKeyPath", key)], "token", "--org", "acme", "--sub", "alice", "--role", "platform-admin", "--lifetime", "90s");
        Assert.Equal(0, signed);
        Assert.Equal(3, token.Trim().Split('.').Length);
    }

    [Theory]
    [InlineData("token")]
    [InlineData("token", "--sub")]
    [InlineData("token", "--sub", "alice", "--lifetime", "forever")]
    [InlineData("token", "--sub", "alice", "--lifetime", "-1h")]
    [InlineData("token", "--sub", "alice", "--colour", "red")]
    [InlineData("token", "--sub", "alice", "--sub", "bob")]
    [InlineData("keys")]
    [InlineData("install")]
    [InlineData("install", "--admin-env", "THERE_IS_NO_SUCH_VARIABLE")]
    public async Task A_command_that_cannot_work_says_what_to_change(params string[] arguments)
    {
        var (exitCode, log) = await ApiProcess.RunAsync([], arguments);
        Assert.Equal(2, exitCode);
        Assert.DoesNotContain("   at ", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_configuration_stops_the_start_and_lists_every_mistake()
    {
        using var deployment = new Deployment();
        var (exitCode, log) = await ApiProcess.RunAsync(
            [.. deployment.Variables, new("Jwt__Issuer", ""), new("Jwt__Audience", ""), new("Jwt__JwksPath", "/nowhere/jwks.json"),
            new("Tenancy__Postgres__Servers__local__ConnectionBudget", "0"), new("Tenancy__Tiers__starter__Requests__PerSecond", "many")]);
        Assert.NotEqual(0, exitCode);
        foreach (var mistake in (string[])["Jwt:Issuer is missing", "Jwt:Audience is missing", "Jwt:JwksPath is '/nowhere/jwks.json'",
                     "Tenancy:Postgres:Servers:local:ConnectionBudget is '0'", "Tenancy:Tiers:starter:Requests:PerSecond is 'many'"])
            Assert.Contains(mistake, log, StringComparison.Ordinal);
    }
}
