namespace Tenancy;

/// <summary>The plans of all tiers of one snapshot.</summary>
internal sealed class TierPlans
{
    readonly TierPolicies _policies;
    readonly Dictionary<string, LimitPlan> _byTier = new(StringComparer.Ordinal);
    readonly LimitPlan _none;

    public TierPlans(TenantLimits limits, TenantCatalogSnapshot snapshot, TierPlans? before)
    {
        _policies = TierPolicies.Of(snapshot, before?._policies ?? TierPolicies.None);
        _none = new LimitPlan(limits, snapshot.Number, [], []);
        foreach (var tier in snapshot.Tiers.Keys)
            _byTier[tier] = new LimitPlan(limits, snapshot.Number, _policies[tier], _policies[tier]);
    }

    public long Snapshot => _policies.Snapshot;

    /// <summary>A tier that the catalog does not have sets no limit; none of its tenants could be created.</summary>
    public LimitPlan this[string tier] => _byTier.GetValueOrDefault(tier, _none);
}
