using System.Diagnostics;
using Npgsql;
using Tenancy.TestKit;

namespace Tenancy.PoolSizing;

/// <summary>What a sweep brought.</summary>
internal sealed record SweepResult(
    SizingOptions Options, string Server, string Version, int MaxConnections, DateTimeOffset Started, TimeSpan Took,
    IReadOnlyList<Measurement> Measurements, IReadOnlyDictionary<string, long> Messages);

/// <summary>Makes the tenants once, and measures every point in every round.</summary>
internal static class Sweep
{
    public static async Task<SweepResult> RunAsync(
        IServerUnderTest server, SizingOptions options, Progress progress, TimeProvider time, CancellationToken stop)
    {
        var (started, clock) = (time.GetUtcNow(), Stopwatch.StartNew());
        stop.ThrowIfCancellationRequested();
        await using var kit = new KitServer(server, options.Delay);
        await using var sizing = await SizingDeployment.StartAsync(options, server.Stays);
        progress.Begin("making tenants", Fleet.CountFor(options));
        var fleet = await Fleet.CreateAsync(sizing.Deployment, options, () => progress.Step(), stop);
        kit.BeginDelay();
        options = options.After(clock.Elapsed);

        using var counters = new RouterCounters(sizing.Deployment);
        var run = new PointRun(sizing, fleet, counters, options);
        var measurements = new List<Measurement>();
        var messages = new Dictionary<string, long>();
        progress.Begin("measuring", options.Measurements);
        foreach (var (point, round) in SweepPoint.Plan(options))
        {
            var (measurement, tally) = await run.RunAsync(point, round, stop);
            measurements.Add(measurement);
            foreach (var (message, count) in tally.Messages)
                messages[message] = messages.GetValueOrDefault(message) + count;
            progress.Step(FormattableString.Invariant($"{point}: {measurement.Throughput:N0}/s, p99 {measurement.P99:N1} ms"));
        }

        kit.EndDelay();
        progress.End("removing what was made");
        var (version, most) = await AskAsync(stop);
        return new SweepResult(options, server.Description, version, most, started, clock.Elapsed, measurements, messages);
    }

    static async Task<(string Version, int MaxConnections)> AskAsync(CancellationToken stop)
    {
        await using var connection = await PrivateCluster.OpenAsync("postgres");
        await using var command = new NpgsqlCommand("select current_setting('server_version'), current_setting('max_connections')::int", connection);
        await using var reader = await command.ExecuteReaderAsync(stop);
        await reader.ReadAsync(stop);
        return (reader.GetString(0), reader.GetInt32(1));
    }
}
