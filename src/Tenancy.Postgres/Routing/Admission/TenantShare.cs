using System.Diagnostics;

namespace Tenancy;

/// <summary>What one tenant has of a server's connections, and what it waits for.</summary>
/// <remarks>
/// Start-time fair queueing (Goyal, Vin, Cheng, SIGCOMM 1996) over the time that connections are held, which is known only
/// afterwards: a grant is charged an estimate, and the difference when it ends (as in 2DFQ, SIGCOMM 2016).
/// </remarks>
internal sealed class TenantShare(TenantId tenant)
{
    /// <summary>How much of the estimate the newest lease makes.</summary>
    const double Newest = 0.2;

    /// <summary>What it used of late. Guarded by the budget's lock.</summary>
    public Load Load;

    int _held;
    long _estimate = Stopwatch.Frequency / 1000;
    long _heldTicks;
    long _waitedTicks;
    long _leases;
    long _waits;
    long _lastWrite = long.MinValue;
    long _shortUntil = long.MinValue;

    /// <summary>For how long a shortage of slots is expected to last, and the scope asks before it sends anything behind it.</summary>
    static readonly TimeSpan Shortage = TimeSpan.FromSeconds(5);

    public TenantId Tenant { get; } = tenant;

    /// <summary>Where its use of the server is counted; nowhere for administration.</summary>
    public UsageCounters? Usage { get; set; }

    /// <summary>Whether it has tables of its own in a database of many.</summary>
    public bool HasOwnRelations { get; set; }

    /// <summary>The tenant's part where connections are short: twice the weight, twice the time.</summary>
    public int Weight { get; set; } = 1;

    /// <summary>The most connections that its tier allows at once.</summary>
    public int MaxConcurrent { get; set; } = int.MaxValue;

    /// <summary>The virtual time at which its next lease starts. Guarded by the budget's lock, as the queue.</summary>
    public long Tag { get; set; }

    public Queue<Waiter> Waiting { get; } = new();

    /// <summary>What its next lease will probably last.</summary>
    public long Estimate => _estimate;

    public int Held => Volatile.Read(ref _held);

    public TimeSpan HeldTime => Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _heldTicks));

    public TimeSpan WaitedTime => new(Interlocked.Read(ref _waitedTicks));

    public long Leases => Interlocked.Read(ref _leases);

    public long Waits => Interlocked.Read(ref _waits);

    /// <summary>When the tenant may have written last, as the clock counts; before all time where it never did here.</summary>
    public long LastWrite => Volatile.Read(ref _lastWrite);

    /// <summary>Notes that whatever it sent until now may have been committed.</summary>
    public void Wrote(long now)
    {
        // Never back in time: of two that end at once, the later one counts.
        for (var last = LastWrite; last < now;)
        {
            var found = Interlocked.CompareExchange(ref _lastWrite, now, last);
            if (found == last)
                return;
            last = found;
        }
    }

    /// <summary>Whether slots of the tenant's were all taken a short time ago.</summary>
    public bool AreSlotsShort(TimeProvider time) =>
        Volatile.Read(ref _shortUntil) is not long.MinValue and var until && time.GetTimestamp() < until;

    /// <summary>Notes that all of them were taken.</summary>
    public void SlotsWereShort(TimeProvider time) =>
        Volatile.Write(ref _shortUntil, time.GetTimestamp() + (long)(Shortage.TotalSeconds * time.TimestampFrequency));

    public bool MayEnter(int most) => Held < Math.Min(most, MaxConcurrent);

    public bool TryEnter(int most)
    {
        // Never above the cap, not even for a moment: another would be refused on account of one that was refused.
        for (var held = Held; held < Math.Min(most, MaxConcurrent);)
        {
            var found = Interlocked.CompareExchange(ref _held, held + 1, held);
            if (found == held)
                return true;
            held = found;
        }

        return false;
    }

    public void Exit() => Interlocked.Decrement(ref _held);

    /// <summary>Charges what a lease will probably cost, and returns that.</summary>
    public long Charge()
    {
        Tag += _estimate / Weight;
        return _estimate;
    }

    /// <summary>Sets right what was charged.</summary>
    public void Settle(long charge, long held)
    {
        Tag += (held - charge) / Weight;
        _estimate = Math.Max(1, (long)(_estimate * (1 - Newest) + held * Newest));
    }

    public void CountLease(long held)
    {
        Interlocked.Increment(ref _leases);
        Interlocked.Add(ref _heldTicks, held);
        Usage?.Add(UsageMetric.DatabaseTime, Stopwatch.GetElapsedTime(0, held).Ticks / TimeSpan.TicksPerMicrosecond);
    }

    public void CountWait(long waited)
    {
        Interlocked.Increment(ref _waits);
        Interlocked.Add(ref _waitedTicks, waited);
        Usage?.Add(UsageMetric.QueueTime, waited / TimeSpan.TicksPerMicrosecond);
    }
}
