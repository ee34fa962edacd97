using Microsoft.Extensions.Logging;

namespace Tenancy;

/// <summary>Each step leaves a state from which the same call goes on: the catalog row first, and last its status.</summary>
internal sealed class PostgresTenantLifecycle(
    PostgresTenantCatalog catalog, IsolationStrategies strategies, MigrationRunner migrations, TenantRouter router,
    TimeProvider time, ILogger<PostgresTenantLifecycle> logger) : ITenantLifecycle
{
    const int MaxNameLength = 200;

    public async Task<Tenant> CreateAsync(TenantSpecification specification, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(specification);
        var snapshot = await catalog.RefreshAsync(cancellationToken).ConfigureAwait(false);
        var planned = Plan(specification, snapshot);
        var tenant = snapshot.TryFind(specification.Slug, out var existing)
            ? Resume(existing, planned)
            : await catalog.AddAsync(planned, cancellationToken).ConfigureAwait(false);

        var held = await catalog.HoldAsync(tenant.Id, strategies.Servers.OfCatalog, cancellationToken).ConfigureAwait(false);
        await using (held.ConfigureAwait(false))
        {
            var isolation = strategies[tenant.Placement.Isolation];
            await isolation.CreatePlaceAsync(tenant, cancellationToken).ConfigureAwait(false);
            var place = tenant.Placement;
            var version = await migrations.MigrateAsync(place.Server, place.Database, place.Schema, cancellationToken).ConfigureAwait(false);
            // Proven before it is served: a copied database can come out other than its template.
            await router.ProveAsync(isolation.PoolFor(tenant.Id, place), tenant.Id, cancellationToken).ConfigureAwait(false);
            tenant = await catalog.UpdateAsync(
                tenant with { Status = TenantStatus.Active, MigrationVersion = version }, cancellationToken).ConfigureAwait(false);
        }

        Log.Created(logger, tenant.Slug.Value, tenant.Placement.Isolation, tenant.Placement.Server);
        return tenant;
    }

    public Task<Tenant> SuspendAsync(TenantId id, CancellationToken cancellationToken = default) =>
        ChangeAsync(id, TenantStatus.Suspended, cancellationToken);

    public Task<Tenant> ResumeAsync(TenantId id, CancellationToken cancellationToken = default) =>
        ChangeAsync(id, TenantStatus.Active, cancellationToken);

    public async Task DeleteAsync(TenantId id, CancellationToken cancellationToken = default)
    {
        var snapshot = await catalog.RefreshAsync(cancellationToken).ConfigureAwait(false);
        if (!snapshot.TryFind(id, out var tenant))
            return;
        if (tenant.Status != TenantStatus.Deleting)
            tenant = await catalog.UpdateAsync(tenant with { Status = TenantStatus.Deleting }, cancellationToken).ConfigureAwait(false);

        var held = await catalog.HoldAsync(tenant.Id, strategies.Servers.OfCatalog, cancellationToken).ConfigureAwait(false);
        await using (held.ConfigureAwait(false))
        {
            var isolation = strategies[tenant.Placement.Isolation];
            await router.CloseAsync(isolation.PoolFor(id, tenant.Placement)).ConfigureAwait(false);
            await isolation.DropPlaceAsync(tenant, cancellationToken).ConfigureAwait(false);
            await catalog.RemoveAsync(id, cancellationToken).ConfigureAwait(false);
        }

        router.Forget(id);
        Log.Deleted(logger, tenant.Slug.Value);
    }

    Tenant Plan(TenantSpecification specification, TenantCatalogSnapshot snapshot)
    {
        if (specification.Slug.Value.Length == 0)
            throw new ArgumentException("The slug is missing. Parse one with TenantSlug.Parse.", nameof(specification));
        if (string.IsNullOrWhiteSpace(specification.Name) || specification.Name.Length > MaxNameLength)
            throw new ArgumentException($"A tenant's name has 1 to {MaxNameLength} characters.", nameof(specification));
        if (!snapshot.Tiers.TryGetValue(specification.Tier, out var tier))
        {
            throw new ArgumentException(
                $"There is no such tier. The catalog has: {string.Join(", ", snapshot.Tiers.Keys.Order(StringComparer.Ordinal))}.", nameof(specification));
        }

        var servers = strategies.Servers.Names;
        var server = specification.Server ?? servers[0];
        if (!servers.Contains(server, StringComparer.Ordinal))
            throw new ArgumentException($"There is no such server. Configured are: {string.Join(", ", servers)}.", nameof(specification));

        var id = TenantId.Create(time);
        return new Tenant
        {
            Id = id,
            Slug = specification.Slug,
            Name = specification.Name,
            Tier = tier.Name,
            Status = TenantStatus.Provisioning,
            Placement = strategies[specification.Isolation ?? tier.Isolation].Place(id, server, specification.Guard),
            Settings = specification.Settings,
            Created = time.GetUtcNow(),
        };
    }

    /// <summary>A tenant that is still provisioning goes on, if it is the one that was asked for.</summary>
    static Tenant Resume(Tenant existing, Tenant planned) =>
        existing.Status == TenantStatus.Provisioning && existing.Placement.Isolation == planned.Placement.Isolation
        && existing.Placement.Guard == planned.Placement.Guard && existing.Placement.Server == planned.Placement.Server && existing.Tier == planned.Tier
            ? existing
            : throw new TenantConflictException($"The slug '{existing.Slug}' is taken. Choose another.");

    async Task<Tenant> ChangeAsync(TenantId id, TenantStatus status, CancellationToken cancellationToken)
    {
        var snapshot = await catalog.RefreshAsync(cancellationToken).ConfigureAwait(false);
        if (!snapshot.TryFind(id, out var tenant))
            throw new TenantConflictException("The tenant is not in the catalog any more.");
        if (tenant.Status == status)
            return tenant;
        if (tenant.Status is not (TenantStatus.Active or TenantStatus.Suspended))
            throw new TenantConflictException($"The tenant '{tenant}' is {TenantRow.Write(tenant.Status)}. Finish that first, by the same call again.");
        return await catalog.UpdateAsync(tenant with { Status = status }, cancellationToken).ConfigureAwait(false);
    }
}
