namespace Tenancy.AspNetCore.Tests;

/// <summary>A catalog in memory: one tenant of each status, and whatever a test puts in.</summary>
sealed class FixedCatalog : ITenantCatalog
{
    public static readonly Tenant Acme = Make("acme", TenantStatus.Active);
    public static readonly Tenant Beta = Make("beta", TenantStatus.Active);
    public static readonly Tenant Sleepy = Make("sleepy", TenantStatus.Suspended);
    public static readonly Tenant Newborn = Make("newborn", TenantStatus.Provisioning);
    public static readonly Tenant Leaving = Make("leaving", TenantStatus.Deleting);

    public TenantCatalogSnapshot Current { get; set; } = TenantCatalogSnapshot.Empty.With(
        [Acme, Beta, Sleepy, Newborn, Leaving], [], [], 1, DateTimeOffset.UnixEpoch);

    public Task<TenantCatalogSnapshot> RefreshAsync(CancellationToken cancellationToken = default) =>
        Task.FromResult(Current);

    /// <summary>Puts a tenant in, or another state of one.</summary>
    public void Put(Tenant tenant) => Current = Current.With([tenant], [], null, Current.Revision + 1, DateTimeOffset.UnixEpoch);

    /// <summary>Takes a tenant out.</summary>
    public void Remove(Tenant tenant) =>
        Current = Current.With([], [tenant.Id], null, Current.Revision + 1, DateTimeOffset.UnixEpoch);

    static Tenant Make(string slug, TenantStatus status) => new()
    {
        Id = TenantId.Create(TimeProvider.System),
        Slug = TenantSlug.Parse(slug),
        Name = $"The {slug} company",
        Tier = "starter",
        Status = status,
        Placement = new TenantPlacement(TenantIsolation.Row, "eu-1", "tenants", "app"),
    };
}
