namespace Tenancy;

/// <summary>Reads the registry of tenants.</summary>
public interface ITenantCatalog
{
    /// <summary>
    /// The last good snapshot. Costs a field read; a catalog that cannot be reached keeps it, and
    /// <see cref="TenantCatalogSnapshot.AsOf"/> says how old it is.
    /// </summary>
    TenantCatalogSnapshot Current { get; }

    /// <summary>Reads what changed and returns the new snapshot.</summary>
    Task<TenantCatalogSnapshot> RefreshAsync(CancellationToken cancellationToken = default);
}
