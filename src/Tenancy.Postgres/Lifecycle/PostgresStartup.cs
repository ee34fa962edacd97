using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Tenancy;

/// <summary>
/// Before the host serves: seeds tiers, loads the catalog, migrates what exists, and proves and lints
/// every shared database. What does not hold stops the host.
/// </summary>
internal sealed class PostgresStartup(
    IOptions<TenancyOptions> tenancy, PostgresTenantCatalog catalog, MigrationRunner migrations, IsolationStrategies strategies,
    TenantRouter router, StartupLint lint, ILogger<PostgresStartup> logger) : IHostedLifecycleService
{
    /// <summary>Stands for a tenant where a shared database is proven before there is one.</summary>
    static readonly TenantId Probe = new(new Guid("00000000-0000-4000-8000-000000000001"));

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var servers = strategies.Servers;
        try
        {
            await catalog.SeedTiersAsync(tenancy.Value.Tiers.Values, cancellationToken).ConfigureAwait(false);
            var snapshot = await catalog.RefreshAsync(cancellationToken).ConfigureAwait(false);
            Log.CatalogLoaded(logger, snapshot.Count, snapshot.Revision);

            foreach (var name in servers.Names)
                await migrations.MigrateAsync(name, servers.Get(name).SharedDatabase, servers.ApplicationSchema, cancellationToken).ConfigureAwait(false);
            foreach (var tenant in snapshot.Tenants.Where(IsBehind))
                await MigrateAsync(tenant, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState is "3D000" or "3F000" or "42P01" or "28P01" or "28000")
        {
            throw new InvalidOperationException(
                $"PostgreSQL is not prepared for tenancy ({e.MessageText}). Run IPostgresInstaller.InstallAsync once for each server.", e);
        }

        foreach (var name in servers.Names)
            await router.PoolAsync(servers.Get(name).SharedPool, Probe, async: true, cancellationToken).ConfigureAwait(false);
        await lint.RunAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    bool IsBehind(Tenant tenant) => tenant.MigrationVersion < migrations.Latest
        && tenant.Status is TenantStatus.Active or TenantStatus.Suspended;

    async Task MigrateAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        var place = tenant.Placement;
        var reached = await migrations.MigrateAsync(place.Server, place.Database, place.Schema, cancellationToken).ConfigureAwait(false);
        try
        {
            await catalog.UpdateAsync(tenant with { MigrationVersion = reached }, cancellationToken).ConfigureAwait(false);
        }
        catch (TenantConflictException)
        {
            // Another process started at the same time and has written the same, or will at its next start.
        }
    }
}
