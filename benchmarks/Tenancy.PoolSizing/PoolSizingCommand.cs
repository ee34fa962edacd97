using Npgsql;

namespace Tenancy.PoolSizing;

/// <summary>From the command line to the report.</summary>
internal static class PoolSizingCommand
{
    const int Done = 0, Broken = 1, Misused = 2, Stopped = 130;

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter errors, bool isTerminal, CancellationToken stop)
    {
        var (options, mistakes) = OptionParser.Parse(arguments);
        if (mistakes.Count > 0)
        {
            foreach (var mistake in mistakes)
                await errors.WriteLineAsync(mistake);
            await errors.WriteLineAsync("--help lists the options.");
            return Misused;
        }

        if (options is null)
        {
            Usage.Write(output);
            return Done;
        }

        var progress = new Progress(output, isTerminal, () => Console.WindowWidth is > 0 and var width ? width : 80);
        try
        {
            await output.WriteLineAsync(FormattableString.Invariant(
                $"{options.Measurements} measurements, {options.MeasuringTime.TotalSeconds:N0} s and the preparations. Ctrl-C leaves nothing behind."));
            var result = await SweepAsync(options, output, progress, stop);
            return await ReportAsync(result, output);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            progress.Clear();
            await errors.WriteLineAsync("Stopped. What was made has been removed.");
            return Stopped;
        }
        catch (Exception e) when (e is SizingException or NpgsqlException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            progress.Clear();
            await errors.WriteLineAsync(e is SizingException ? e.Message : $"The sweep failed: {e.Message}");
            return Broken;
        }
    }

    /// <summary>Runs on a server of its own, or on the one given.</summary>
    static async Task<SweepResult> SweepAsync(SizingOptions options, TextWriter output, Progress progress, CancellationToken stop)
    {
        using var folder = new RunFolder();
        if (options.Connection is null)
            await output.WriteLineAsync("starting a PostgreSQL of its own");
        else
            await output.WriteLineAsync("On the given server it makes databases (catalog_sizing_…, tenants_sizing_…, one for each tenant of the database isolation) and roles (tenancy_…), and drops them again.");
        await using IServerUnderTest server = options.Connection is { } connection
            ? await GivenServer.CheckAsync(connection, options, stop)
            : await OwnCluster.StartAsync(folder);
        return await Sweep.RunAsync(server, options, progress, TimeProvider.System, stop);
    }

    static async Task<int> ReportAsync(SweepResult result, TextWriter output)
    {
        var recommendations = Series.Of(result.Measurements).Select(series => Recommendation.For(series, result.Options.TargetP99)).ToArray();
        var directory = Directory.CreateDirectory(result.Options.Output).FullName;
        await WriteAsync("results.csv", CsvFile.Write(result.Measurements));
        await WriteAsync("throughput.svg", SvgChart.Draw(Charts.Throughput(result, recommendations)));
        await WriteAsync("p99.svg", SvgChart.Draw(Charts.P99(result, recommendations)));
        await WriteAsync("report.md", MarkdownReport.Write(result, recommendations));
        foreach (var one in recommendations)
            await output.WriteLineAsync($"{one.Series.Key}: {(one.Choice is { } choice ? $"budget {choice.Point.Budget}" : "none")}. {one.Reasons[0]}");
        await output.WriteLineAsync($"The report is {Path.Combine(directory, "report.md")}.");
        var foreign = result.Measurements.Sum(one => one.Foreign);
        if (foreign == 0)
            return Done;
        await output.WriteLineAsync($"{foreign} answers had rows that were not the tenant's. Report it.");
        return Broken;

        Task WriteAsync(string name, string text) => File.WriteAllTextAsync(Path.Combine(directory, name), text);
    }
}
