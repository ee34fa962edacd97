namespace Tenancy.PoolSizing.Tests;

public sealed class HistogramTests
{
    [Fact]
    public void Percentiles_are_right_to_a_percent()
    {
        var histogram = new Histogram();
        foreach (var milliseconds in Enumerable.Range(1, 1000))
            histogram.Add(TimeSpan.FromMilliseconds(milliseconds));
        Assert.Equal(1000, histogram.Count);
        foreach (var (part, expected) in new[] { (0.5, 500), (0.95, 950), (0.99, 990), (1, 1000) })
            Assert.InRange(histogram.Percentile(part), expected * 0.989, expected * 1.011);
    }

    [Fact]
    public void Nothing_and_the_extremes_are_no_trouble()
    {
        var histogram = new Histogram();
        Assert.Equal(0, histogram.Percentile(0.99));
        histogram.Add(TimeSpan.Zero);
        histogram.Add(TimeSpan.FromDays(1));
        Assert.Equal(2, histogram.Count);
    }

    [Fact]
    public void What_is_abandoned_or_late_counts_with_the_time_it_took()
    {
        var tally = new Tally();
        tally.Open();
        var arrived = System.Diagnostics.Stopwatch.GetTimestamp();
        Thread.Sleep(30);
        tally.Close();
        tally.Answered(arrived, right: true);
        tally.Abandoned(arrived);
        tally.Answered(System.Diagnostics.Stopwatch.GetTimestamp(), right: false);
        Assert.Equal(2, tally.Latency.Count);
        Assert.InRange(tally.Latency.Percentile(0.5), 29, 10_000);
        Assert.Equal((0, 1, 1), (tally.Done, tally.Errors, tally.Foreign));
    }
}
