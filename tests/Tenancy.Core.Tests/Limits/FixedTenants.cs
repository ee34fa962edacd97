using Microsoft.Extensions.Logging.Abstractions;

namespace Tenancy.Core.Tests;

/// <summary>A catalog in memory whose tiers a test changes.</summary>
sealed class FixedTenants : ITenantCatalog
{
    long _revision;

    public TenantCatalogSnapshot Current { get; private set; } = TenantCatalogSnapshot.Empty;

    public Task<TenantCatalogSnapshot> RefreshAsync(CancellationToken cancellationToken = default) => Task.FromResult(Current);

    public void Put(params Tenant[] tenants) => Change(tenants, [], null);

    public void Remove(params TenantId[] tenants) => Change([], tenants, null);

    public void PutTier(RequestLimits? requests, Dictionary<string, QuotaLimits>? quotas = null, string name = "any") =>
        Change([], [], [.. Current.Tiers.Values.Where(tier => tier.Name != name), new Tier { Name = name, Requests = requests, Quotas = quotas }]);

    public TenantLimits Limiter(TimeProvider time) => new(this, time, NullLogger<TenantLimits>.Instance);

    void Change(IReadOnlyCollection<Tenant> changed, IReadOnlyCollection<TenantId> removed, IEnumerable<Tier>? tiers) =>
        Current = Current.With(changed, removed, tiers, ++_revision, DateTimeOffset.UnixEpoch);
}
