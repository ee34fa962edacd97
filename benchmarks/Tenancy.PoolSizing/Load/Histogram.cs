namespace Tenancy.PoolSizing;

/// <summary>Times in buckets that are one percent wide, so that its size does not depend on how many there are.</summary>
internal sealed class Histogram
{
    const double Growth = 1.01;

    static readonly double LogGrowth = Math.Log(Growth);

    // Up to 1,000 s.
    readonly long[] _buckets = new long[(int)(Math.Log(1e9) / LogGrowth) + 2];

    public long Count => _buckets.Sum();

    public void Add(TimeSpan time)
    {
        var microseconds = Math.Max(1, time.TotalMicroseconds);
        Interlocked.Increment(ref _buckets[Math.Min((int)(Math.Log(microseconds) / LogGrowth), _buckets.Length - 1)]);
    }

    /// <summary>The time within which this part of all were, in milliseconds; zero where there is none.</summary>
    public double Percentile(double part)
    {
        var rank = Math.Max(1, (long)Math.Ceiling(Count * part));
        var seen = 0L;
        for (var i = 0; i < _buckets.Length; i++)
        {
            if ((seen += _buckets[i]) >= rank)
                return Math.Pow(Growth, i + 0.5) / 1000;
        }

        return 0;
    }
}
