namespace Tenancy;

/// <summary>A rate whose word is in the tenant's object: this is one for all tenants of a plan.</summary>
internal sealed class TenantWord(LimitPolicy policy) : LimitSlot(policy)
{
    public override Taken Take(Tenant home, long cost, LimitClock clock) =>
        RateWord.Take(ref home.Limits.Word, Policy.Gcra!, cost, clock);

    public override bool Charge(Tenant home, long cost, LimitClock clock) =>
        Policy.Gcra!.Charge(ref home.Limits.Word, Policy.Gcra!.Position(clock.Now), cost);

    public override LimitReading Read(Tenant home, LimitClock clock) => RateWord.Read(ref home.Limits.Word, Policy, clock);

    public override LimitCell Become(Tenant home, LimitPolicy policy, LimitClock clock) =>
        new RateCell(policy, RateWord.Carry(RateWord.Freeze(ref home.Limits.Word), Policy, policy, clock));

    public override void Retire(Tenant home) => RateWord.Freeze(ref home.Limits.Word);
}
