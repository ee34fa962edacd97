namespace Tenancy;

/// <summary>A rate, counted in this process in one word, wherever that is.</summary>
internal static class RateWord
{
    public static Taken Take(ref long word, Gcra gcra, long cost, LimitClock clock)
    {
        if (cost > gcra.Burst)
            return new Taken(Taking.TooLarge);
        var now = clock.Now;
        var position = gcra.Position(now);
        var above = gcra.Take(ref word, position, cost);
        if (above < 0)
            return new Taken(Taking.Moved);
        return above <= gcra.Capacity
            ? new Taken(Taking.Taken, (gcra.Capacity - above) >> gcra.Shift)
            : new Taken(Taking.Refused, gcra.Remaining(above - (cost << gcra.Shift)), gcra.Wait(now, position, above - gcra.Capacity));
    }

    public static LimitReading Read(ref long word, LimitPolicy policy, LimitClock clock)
    {
        var gcra = policy.Gcra!;
        var now = clock.Now;
        var (seen, position) = (Volatile.Read(ref word) & long.MaxValue, gcra.Position(now));
        var used = Math.Max(0, seen - position);
        return new LimitReading(policy, gcra.Remaining(used), LimitClock.Span(used == 0 ? 0 : gcra.Wait(now, position, used)));
    }

    /// <summary>Ends it, and says what it was: the sign says frozen and keeps the word.</summary>
    public static long Freeze(ref long word) => Interlocked.Or(ref word, long.MinValue) & long.MaxValue;

    /// <summary>A word under another policy, or the same.</summary>
    public static long Carry(long word, LimitPolicy from, LimitPolicy to, LimitClock clock) =>
        from.Equals(to) ? word : to.Gcra!.Carry(word, from.Gcra!, clock.Now);
}
