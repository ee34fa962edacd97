using System.Runtime.CompilerServices;

namespace Tenancy;

/// <summary>A rate, counted in this process: one word.</summary>
internal sealed class RateCell(LimitPolicy policy, long word = 0) : LimitCell(policy)
{
    long _word = word;

    // For whom it is asked directly, as of which snapshot: a decision then reads the tenant and this, and no memory beside.
    long _seen = -1;
    Tenant? _of;
    TenantLimits? _limits;

    /// <summary>Whether it is all that a meter has of this tenant, by the snapshot of that number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Serves(Tenant tenant, TenantLimits limits, long snapshot, string meter) =>
        _seen == snapshot && ReferenceEquals(_of, tenant) && ReferenceEquals(_limits, limits) && Counts(meter);

    /// <summary>Lets it be asked directly.</summary>
    public void Serve(Tenant tenant, TenantLimits limits, long snapshot) => (_of, _limits, _seen) = (tenant, limits, snapshot);

    /// <summary>Takes a cost and says what is left; below zero where it is not admitted, or moved, and <see cref="Take"/> says more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long TryTake(long cost, long now)
    {
        var gcra = Policy.Gcra!;
        if (cost > gcra.Burst)
            return -1;
        var above = gcra.Take(ref _word, gcra.Position(now), cost);
        return above >= 0 && above <= gcra.Capacity ? (gcra.Capacity - above) >> gcra.Shift : -1;
    }

    public override Taken Take(long cost, LimitClock clock)
    {
        var gcra = Policy.Gcra!;
        if (cost > gcra.Limit.Burst)
            return new Taken(Taking.TooLarge);
        var now = clock.Now;
        var position = gcra.Position(now);
        var above = gcra.Take(ref _word, position, cost);
        if (above < 0)
            return new Taken(Taking.Moved);
        return above <= gcra.Capacity
            ? new Taken(Taking.Taken, (gcra.Capacity - above) >> gcra.Shift)
            : new Taken(Taking.Refused, gcra.Remaining(above - (cost << gcra.Shift)), gcra.Wait(now, position, above - gcra.Capacity));
    }

    public override bool Charge(long cost, LimitClock clock) =>
        Policy.Gcra!.Charge(ref _word, Policy.Gcra!.Position(clock.Now), cost);

    public override LimitReading Read(LimitClock clock)
    {
        var gcra = Policy.Gcra!;
        var now = clock.Now;
        var (word, position) = (Volatile.Read(ref _word) & long.MaxValue, gcra.Position(now));
        var used = Math.Max(0, word - position);
        return new LimitReading(Policy, gcra.Remaining(used), LimitClock.Span(used == 0 ? 0 : gcra.Wait(now, position, used)));
    }

    /// <summary>For how long it has been full; none while it is not.</summary>
    public TimeSpan? Idle(LimitClock clock)
    {
        var gcra = Policy.Gcra!;
        var over = gcra.Position(clock.Now) - Volatile.Read(ref _word);
        return over < 0 ? null : TimeSpan.FromSeconds((double)over / (1L << gcra.Shift) / gcra.Limit.Rate);
    }

    public override LimitCell Become(LimitPolicy policy, LimitClock clock)
    {
        // The sign says frozen and keeps the word.
        var word = Interlocked.Or(ref _word, long.MinValue) & long.MaxValue;
        return Inherit(new RateCell(policy, policy.Gcra!.Carry(word, Policy.Gcra!, clock.Now)));
    }
}
