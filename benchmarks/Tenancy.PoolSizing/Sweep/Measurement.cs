namespace Tenancy.PoolSizing;

/// <summary>What was measured at a point in one round. Times are in milliseconds.</summary>
/// <param name="Point">Where.</param>
/// <param name="Round">In which round, from 1.</param>
/// <param name="Offered">Requests that arrived, per second.</param>
/// <param name="Throughput">Requests answered, per second.</param>
/// <param name="P50">Half of the latencies were at most this.</param>
/// <param name="P95">95 % were.</param>
/// <param name="P99">99 % were.</param>
/// <param name="Hold">How long a request held its connection, on average.</param>
/// <param name="Busy">Connections in use, on average.</param>
/// <param name="Waits">The part of requests that had to wait for a connection, from 0 to 1.</param>
/// <param name="Wait">How long those waited, on average.</param>
/// <param name="Evicted">Idle connections closed per second to make room for another database.</param>
/// <param name="Errors">Requests that failed.</param>
/// <param name="Foreign">Answers with a row that was not the tenant's own.</param>
internal sealed record Measurement(
    SweepPoint Point, int Round, double Offered, double Throughput, double P50, double P95, double P99, double Hold, double Busy,
    double Waits, double Wait, double Evicted, long Errors, long Foreign)
{
    /// <summary>The median of each figure over the rounds of one point; errors and foreign rows of all of them.</summary>
    public static Measurement Summary(IReadOnlyList<Measurement> rounds)
    {
        return new Measurement(rounds[0].Point, rounds.Count, Median(one => one.Offered), Median(one => one.Throughput), Median(one => one.P50), Median(one => one.P95),
            Median(one => one.P99), Median(one => one.Hold), Median(one => one.Busy), Median(one => one.Waits), Median(one => one.Wait),
            Median(one => one.Evicted), rounds.Sum(one => one.Errors), rounds.Sum(one => one.Foreign));

        double Median(Func<Measurement, double> figure)
        {
            var sorted = rounds.Select(figure).Order().ToArray();
            return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        }
    }
}
