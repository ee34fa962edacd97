namespace Tenancy;

/// <summary>A rate, counted in this process: one word.</summary>
internal sealed class RateCell(LimitPolicy policy, long word = 0) : LimitCell(policy)
{
    long _word = word;

    public override Taken Take(long cost, LimitClock clock) => RateWord.Take(ref _word, Policy.Gcra!, cost, clock);

    public override bool Charge(long cost, LimitClock clock) =>
        Policy.Gcra!.Charge(ref _word, Policy.Gcra!.Position(clock.Now), cost);

    public override LimitReading Read(LimitClock clock) => RateWord.Read(ref _word, Policy, clock);

    /// <summary>For how long it has been full; none while it is not.</summary>
    public TimeSpan? Idle(LimitClock clock)
    {
        var gcra = Policy.Gcra!;
        var over = gcra.Position(clock.Now) - Volatile.Read(ref _word);
        return over < 0 ? null : TimeSpan.FromSeconds((double)over / (1L << gcra.Shift) / gcra.Limit.Rate);
    }

    public override LimitCell Become(LimitPolicy policy, LimitClock clock) =>
        new RateCell(policy, RateWord.Carry(Freeze(), Policy, policy, clock));

    /// <summary>Ends it, and says what its word was.</summary>
    public long Freeze() => RateWord.Freeze(ref _word);
}
