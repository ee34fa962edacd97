using System.Globalization;

namespace Tenancy.Benchmarks;

/// <summary>What a catalog in memory weighs.</summary>
internal static class CatalogMemory
{
    public static TenantCatalogSnapshot Snapshot(int tenants) => TenantCatalogSnapshot.Empty.With(
        [.. Enumerable.Range(0, tenants).Select(Make)], [], [], 1, DateTimeOffset.UnixEpoch);

    public static double BytesPerTenant(int tenants)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var snapshot = Snapshot(tenants);
        var after = GC.GetTotalMemory(forceFullCollection: true);
        GC.KeepAlive(snapshot);
        return (double)(after - before) / tenants;
    }

    /// <summary>The common strings are shared, as they are when a catalog is read.</summary>
    static Tenant Make(int number) => new()
    {
        Id = TenantId.Create(TimeProvider.System),
        Slug = TenantSlug.Parse(string.Create(CultureInfo.InvariantCulture, $"tenant-{number}")),
        Name = string.Create(CultureInfo.InvariantCulture, $"Tenant {number}"),
        Tier = "starter",
        Status = TenantStatus.Active,
        Placement = new TenantPlacement(TenantIsolation.Row, "eu-1", "tenants", "app"),
    };
}
