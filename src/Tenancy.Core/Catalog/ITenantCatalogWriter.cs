namespace Tenancy;

/// <summary>Changes the registry of tenants. It moves no data: see <see cref="ITenantLifecycle"/>.</summary>
public interface ITenantCatalogWriter
{
    /// <summary>Adds a tenant.</summary>
    /// <returns>The tenant as the catalog has it, with its version.</returns>
    /// <exception cref="TenantConflictException">The slug or id is taken.</exception>
    Task<Tenant> AddAsync(Tenant tenant, CancellationToken cancellationToken = default);

    /// <summary>Replaces a tenant's row, if it still has the version of <paramref name="tenant"/>.</summary>
    /// <exception cref="TenantConflictException">It was changed or removed meanwhile: read it again.</exception>
    Task<Tenant> UpdateAsync(Tenant tenant, CancellationToken cancellationToken = default);

    /// <summary>Removes a tenant's row. One that is not there is already removed.</summary>
    Task RemoveAsync(TenantId id, CancellationToken cancellationToken = default);

    /// <summary>Adds the tiers that the catalog does not have. One it has stays as it is: the catalog wins.</summary>
    Task SeedTiersAsync(IEnumerable<Tier> tiers, CancellationToken cancellationToken = default);
}
