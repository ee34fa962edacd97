namespace Tenancy;

/// <summary>The policies of all tiers of one snapshot.</summary>
internal sealed class TierPolicies
{
    public static readonly TierPolicies None = new(-1, []);

    readonly Dictionary<string, LimitPolicy[]> _byTier;

    TierPolicies(long snapshot, Dictionary<string, LimitPolicy[]> byTier) => (Snapshot, _byTier) = (snapshot, byTier);

    public long Snapshot { get; }

    /// <summary>A tier that the catalog does not have sets no limit; none of its tenants could be created.</summary>
    public LimitPolicy[] this[string tier] => _byTier.TryGetValue(tier, out var policies) ? policies : [];

    /// <summary>Reads a snapshot's tiers; those that say what they said before keep their array.</summary>
    public static TierPolicies Of(TenantCatalogSnapshot snapshot, TierPolicies before)
    {
        var byTier = new Dictionary<string, LimitPolicy[]>(StringComparer.Ordinal);
        foreach (var (name, tier) in snapshot.Tiers)
        {
            var policies = Read(tier.Requests, tier.Quotas).ToArray();
            byTier[name] = before._byTier.TryGetValue(name, out var old) && old.AsSpan().SequenceEqual(policies) ? old : policies;
        }

        return new TierPolicies(snapshot.Number, byTier);
    }

    public static IEnumerable<LimitPolicy> Read(RequestLimits? requests, IReadOnlyDictionary<string, QuotaLimits>? quotas)
    {
        IEnumerable<LimitPolicy> ofRequests = requests is null ? [] : Policies(
            LimitMeters.Requests, requests.PerSecond, requests.Burst, requests.PerDay, requests.PerMonth);
        return quotas is null ? ofRequests : ofRequests.Concat(quotas
            .OrderBy(quota => quota.Key, StringComparer.Ordinal)
            .SelectMany(quota => Policies(quota.Key, quota.Value.PerSecond, quota.Value.Burst, quota.Value.PerDay, quota.Value.PerMonth)));
    }

    static IEnumerable<LimitPolicy> Policies(string meter, long? perSecond, long? burst, long? perDay, long? perMonth)
    {
        meter = string.Intern(meter);
        if (perSecond is { } rate)
            yield return new LimitPolicy(meter, RateLimit.PerSecond(rate, burst));
        if (perDay is { } day)
            yield return new LimitPolicy(meter, day, LimitPeriod.Day);
        if (perMonth is { } month)
            yield return new LimitPolicy(meter, month, LimitPeriod.Month);
    }
}
