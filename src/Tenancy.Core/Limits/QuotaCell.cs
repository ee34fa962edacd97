namespace Tenancy;

/// <summary>A day's or month's quota, counted in this process: one word of the window's number and what was used in it.</summary>
internal sealed class QuotaCell(LimitPolicy policy, long word = 0) : LimitCell(policy)
{
    /// <summary>Enough for <see cref="QuotaLimits.MaxQuota"/>, and leaves 16 for the day since 1970 or the month.</summary>
    const int UsedBits = 47;

    const long MaxUsed = (1L << UsedBits) - 1;

    /// <summary>Days are counted from 1970 on, to fit.</summary>
    static readonly int FirstDay = (int)(DateTime.UnixEpoch.Ticks / TimeSpan.TicksPerDay);

    long _word = word;

    public override Taken Take(long cost, LimitClock clock)
    {
        if (cost > Policy.Quota)
            return new Taken(Taking.TooLarge);
        var now = clock.Time.GetUtcNow();
        while (true)
        {
            var seen = Volatile.Read(ref _word);
            if (seen < 0)
                return new Taken(Taking.Moved);
            var (window, used) = Roll(seen, now);
            if (used > Policy.Quota - cost)
                return new Taken(Taking.Refused, Math.Max(0, Policy.Quota - used), Nanoseconds(window, now));
            if (Interlocked.CompareExchange(ref _word, Pack(window, used + cost), seen) == seen)
                return new Taken(Taking.Taken, Policy.Quota - used - cost);
        }
    }

    public override bool Charge(long cost, LimitClock clock)
    {
        var now = clock.Time.GetUtcNow();
        while (true)
        {
            var seen = Volatile.Read(ref _word);
            if (seen < 0)
                return false;
            var (window, used) = Roll(seen, now);
            var next = Math.Clamp(used + Math.Clamp(cost, -MaxUsed, MaxUsed), 0, MaxUsed);
            if (Interlocked.CompareExchange(ref _word, Pack(window, next), seen) == seen)
                return true;
        }
    }

    public override LimitReading Read(LimitClock clock)
    {
        var now = clock.Time.GetUtcNow();
        var (window, used) = Roll(Volatile.Read(ref _word) & long.MaxValue, now);
        return new LimitReading(Policy, Math.Max(0, Policy.Quota - used), LimitClock.Span(Nanoseconds(window, now)));
    }

    // What was used stays used, whatever the quota is now.
    public override LimitCell Become(LimitPolicy policy, LimitClock clock) =>
        new QuotaCell(policy, Interlocked.Or(ref _word, long.MinValue) & long.MaxValue);

    /// <summary>A clock that was set back does not begin an old window anew.</summary>
    (int Window, long Used) Roll(long word, DateTimeOffset now)
    {
        var current = CalendarWindow.Number(Policy.Period, now) - First;
        var window = (int)(word >> UsedBits);
        return current > window ? (current, 0) : (window, word & MaxUsed);
    }

    int First => Policy.Period == LimitPeriod.Day ? FirstDay : 0;

    static long Pack(int window, long used) => ((long)window << UsedBits) | used;

    long Nanoseconds(int window, DateTimeOffset now) =>
        Math.Max(1, (CalendarWindow.End(Policy.Period, window + First) - now.UtcDateTime).Ticks) * TimeSpan.NanosecondsPerTick;
}
