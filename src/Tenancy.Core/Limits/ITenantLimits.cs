namespace Tenancy;

/// <summary>
/// Holds tenants to the limits of their tiers. Limits are the catalog's: a change there is in force with the next
/// snapshot, and the part of a burst that was left is left still.
/// </summary>
/// <remarks>
/// A tier's limits are overridden by the tenant's setting <c>limits</c>, of the same form, such as
/// <c>{"limits":{"requests":{"perSecond":50},"quotas":{"pages":{"perDay":1000}}}}</c>: what is named there replaces what
/// the tier says of it. One that cannot be read is logged, and the tier's stays in force.
/// </remarks>
public interface ITenantLimits
{
    /// <summary>Counts a cost if all limits of its meter allow it. Waits for nothing; takes no lock and allocates nothing but for a tenant's first with a new snapshot of the catalog.</summary>
    /// <param name="tenant">Whose work it is.</param>
    /// <param name="meter">What is counted, such as <see cref="LimitMeters.Requests"/>. One without limits allows all.</param>
    /// <param name="cost">How much. Range: 0 and more; 0 asks whether there is no debt.</param>
    /// <remarks>
    /// Where limits are counted for all processes it refuses what is not leased yet: use <see cref="AcquireAsync"/>.
    /// </remarks>
    LimitDecision TryAcquire(Tenant tenant, string meter, long cost = 1);

    /// <summary>The same, but asks the ledger that all processes share where nothing is leased from it.</summary>
    ValueTask<LimitDecision> AcquireAsync(
        Tenant tenant, string meter, long cost = 1, CancellationToken cancellationToken = default);

    /// <summary>Gives back what was counted and not used.</summary>
    /// <param name="tenant">Whose it was.</param>
    /// <param name="meter">What was counted.</param>
    /// <param name="cost">How much of it. Range: 0 and more.</param>
    void Refund(Tenant tenant, string meter, long cost);

    /// <summary>Counts a cost that is known only now that it was spent. What is above the limit is a debt, which is waited for; of one beyond a whole burst a part may be forgiven.</summary>
    /// <param name="tenant">Who spent it.</param>
    /// <param name="meter">What is counted.</param>
    /// <param name="cost">How much. Range: 0 and more.</param>
    void Charge(Tenant tenant, string meter, long cost);

    /// <summary>Where a tenant stands, policy by policy. Counts nothing.</summary>
    IReadOnlyList<LimitReading> Read(Tenant tenant, string meter);
}
