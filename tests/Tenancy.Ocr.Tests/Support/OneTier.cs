namespace Tenancy.Ocr.Tests.Support;

/// <summary>A catalog in memory: some tenants, and one tier.</summary>
internal sealed class OneTier(Tier tier, params Tenant[] tenants) : ITenantCatalog
{
    public TenantCatalogSnapshot Current { get; } = TenantCatalogSnapshot.Empty.With(tenants, [], [tier], 1, DateTimeOffset.UnixEpoch);

    public Task<TenantCatalogSnapshot> RefreshAsync(CancellationToken cancellationToken = default) => Task.FromResult(Current);
}
