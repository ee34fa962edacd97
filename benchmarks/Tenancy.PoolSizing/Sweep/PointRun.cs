namespace Tenancy.PoolSizing;

/// <summary>Measures one point in one round.</summary>
internal sealed class PointRun(SizingDeployment sizing, Fleet fleet, RouterCounters counters, SizingOptions options)
{
    public async Task<(Measurement Measurement, Tally Tally)> RunAsync(SweepPoint point, int round, CancellationToken stop)
    {
        sizing.Budget = point.Budget;
        GC.Collect();
        var tally = new Tally();
        var (isolation, load, tenants) = point.Series;
        var requests = new Requests(sizing.Deployment, fleet.Of(isolation, tenants), options.Work, options.Skew, tally);
        var running = load.IsOpen
            ? OpenLoop.RunAsync(requests, load.Value, round, stop)
            : ClosedLoop.RunAsync(requests, load.Value, round, stop);
        RouterCounts counts;
        try
        {
            await Task.WhenAny(running, Task.Delay(options.WarmUp, stop));
            var before = counters.Read();
            tally.Open();
            await Task.WhenAny(running, Task.Delay(options.Duration, stop));
            tally.Close();
            counts = counters.Read() - before;
        }
        finally
        {
            tally.Close();
            await running;
        }

        stop.ThrowIfCancellationRequested();
        return (Describe(point, round, tally, counts), tally);
    }

    static Measurement Describe(SweepPoint point, int round, Tally tally, RouterCounts counts)
    {
        var seconds = tally.Length.TotalSeconds;
        return new Measurement(point, round, tally.Latency.Count / seconds, tally.Done / seconds, tally.Latency.Percentile(0.5), tally.Latency.Percentile(0.95), tally.Latency.Percentile(0.99),
            counts.Held.TotalMilliseconds / Math.Max(1, counts.Leases), counts.Held.TotalSeconds / seconds,
            Math.Min(1, counts.Waits / (double)Math.Max(1, counts.Leases)), counts.Waited.TotalMilliseconds / Math.Max(1, counts.Waits),
            counts.Evicted / seconds, tally.Errors, tally.Foreign);
    }
}
