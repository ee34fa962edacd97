using System.Diagnostics;
using System.Xml.Linq;

namespace Tenancy.PoolSizing.Tests;

/// <summary>The program as one calls it, on a real PostgreSQL, in a process of its own.</summary>
public sealed class RealRunTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("tenancy-sizing-tests.").FullName;
    readonly string _temporary;

    public RealRunTests()
    {
        _temporary = Directory.CreateDirectory(Path.Combine(_folder, "tmp")).FullName;
        if (OperatingSystem.IsWindows())
            return;
        // Where root starts the server, it runs as another user.
        const UnixFileMode Through = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        File.SetUnixFileMode(_folder, Through);
        File.SetUnixFileMode(_temporary, Through);
    }

    string Output => Path.Combine(_folder, "out");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_small_sweep_measures_every_point_and_reports_it()
    {
        using var process = Start(
            "--quick", "--budget", "2,8", "--concurrency", "6", "--tenants", "3", "--isolation", "row,schema,database,mixed", "--work", "point=3,page=1,sleep:2ms=1",
            "--duration", "400ms", "--warmup", "200ms", "--delay", "1ms", "--target-p99", "30s");
        var (output, errors) = (await process.StandardOutput.ReadToEndAsync(), await process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, output + errors);

        var measurements = CsvFile.Read(await File.ReadAllTextAsync(Path.Combine(Output, "results.csv")));
        foreach (var isolation in Enum.GetValues<FleetKind>())
        foreach (var budget in new[] { 2, 8 })
        {
            var one = Assert.Single(measurements, one => one.Point == new SweepPoint(new SeriesKey(isolation, LoadLevel.Clients(6), 3), budget));
            Assert.Equal((0, 0), (one.Errors, one.Foreign));
            Assert.True(one is { Throughput: > 0, P50: > 2, Hold: > 2 } && one.P50 <= one.P95 && one.P95 <= one.P99, $"{one}");
            // The router's own books: not more in use than there may be, but for leases that began before.
            Assert.InRange(one.Busy, 0, budget * 1.5);
        }

        var busiest = Of(measurements, FleetKind.Row, 8);
        Assert.InRange(LittlesLaw.Busy(busiest.Throughput, busiest.Hold) / busiest.Busy, 0.7, 1.4);

        // Six clients on two connections wait, on eight in one pool they do not.
        Assert.InRange(Of(measurements, FleetKind.Row, 2).Waits, 0.2, 1);
        Assert.InRange(Of(measurements, FleetKind.Row, 8).Waits, 0, 0.2);
        Assert.True(Of(measurements, FleetKind.Row, 8).Throughput > Of(measurements, FleetKind.Row, 2).Throughput);

        var report = await File.ReadAllTextAsync(Path.Combine(Output, "report.md"));
        Assert.Contains("all were the asking tenant's own", report, StringComparison.Ordinal);
        Assert.Equal(4, report.Split('\n').Count(line => line.Contains("is the smallest budget that holds a p99 of 30000 ms", StringComparison.Ordinal)));
        Assert.Contains("\"ConnectionBudget\": 6 ", report, StringComparison.Ordinal);
        foreach (var chart in new[] { "throughput.svg", "p99.svg" })
            Assert.Equal(4, XDocument.Load(Path.Combine(Output, chart)).Root!.Elements().Count(element => element.Name.LocalName == "polyline"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_temporary));
    }

    [Theory]
    [InlineData("starting")]
    [InlineData("making tenants")]
    [InlineData("  1/")]
    public async Task Stopped_at_any_time_it_leaves_no_process_and_no_folder(string at)
    {
        using var process = Start("--budget", "2,4", "--concurrency", "4", "--tenants", "8", "--duration", "500ms", "--warmup", "0");
        while (await process.StandardOutput.ReadLineAsync() is { } line && !line.StartsWith(at, StringComparison.Ordinal))
        {
        }

        Assert.Contains(CommandLines(), command => command.Contains(_folder, StringComparison.Ordinal));
        Assert.NotEmpty(Directory.EnumerateFileSystemEntries(_temporary));
        await Process.Start("kill", ["-INT", $"{process.Id}"]).WaitForExitAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal("Stopped. What was made has been removed.", errors.Trim());
        Assert.Equal(130, process.ExitCode);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_temporary));
        Assert.False(Directory.Exists(Output));
        Assert.DoesNotContain(CommandLines(), command => command.Contains(_folder, StringComparison.Ordinal));
    }

    static Measurement Of(IEnumerable<Measurement> all, FleetKind isolation, int budget) =>
        all.Single(one => one.Point.Series.Isolation == isolation && one.Point.Budget == budget);

    Process Start(params string[] arguments)
    {
        // A shell that runs its children in the background has them ignore what Ctrl-C sends, and they pass that on.
        var info = new ProcessStartInfo("env") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { "--default-signal=INT", "dotnet", typeof(PoolSizingCommand).Assembly.Location, "--output", Output }.Concat(arguments))
            info.ArgumentList.Add(argument);
        info.Environment["TMPDIR"] = _temporary;
        return Process.Start(info)!;
    }

    static IEnumerable<string> CommandLines()
    {
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            var text = "";
            try
            {
                text = File.ReadAllText(Path.Combine(directory, "cmdline"));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // No process, or gone.
            }

            yield return text;
        }
    }
}
