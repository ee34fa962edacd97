namespace Tenancy;

/// <summary>How much is asked of a policy here per second, as an average that halves every 50 ms.</summary>
internal sealed class LeaseDemand
{
    const double HalfLife = 50e6;

    long _refused;
    long _measured = long.MinValue;

    public double PerSecond { get; private set; }

    /// <summary>Counts what was refused without asking the ledger; what is admitted shows in the lease.</summary>
    public void Refuse(long cost) => Interlocked.Add(ref _refused, cost);

    /// <summary>Takes in what was asked since the last time. Called by the loop only.</summary>
    public void Measure(long used, long now)
    {
        var asked = used + Interlocked.Exchange(ref _refused, 0);
        // The first is one impulse, as if the average had stood at nothing for long.
        var elapsed = _measured == long.MinValue ? HalfLife : Math.Max(1, now - _measured);
        _measured = now;
        PerSecond += (1 - Math.Pow(2, -elapsed / HalfLife)) * (asked * 1e9 / elapsed - PerSecond);
    }
}
