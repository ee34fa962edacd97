namespace Tenancy;

internal sealed class LeaseBook(LimitClock clock)
{
    public LimitClock Clock => clock;

    public LimitCell NewCell(Guid tenant, LimitPolicy policy) => clock is null ? new RateCell(policy) : new RateCell(policy);
}
