using System.Globalization;

namespace Tenancy;

/// <summary>A schema of its own in the shared database, reached through <c>search_path</c> and guarded by row security.</summary>
internal sealed class SchemaIsolation(ServerCatalog servers) : IsolationStrategy
{
    public override TenantIsolation Isolation => TenantIsolation.Schema;

    public override bool HasOwnRelations => true;

    public override TenantPlacement Place(TenantId id, string server) =>
        new(Isolation, server, servers.Get(server).SharedDatabase, TenantNames.For(id));

    public override PoolSettings PoolFor(TenantId id, TenantPlacement placement) =>
        servers.Get(placement.Server).SharedPool;

    /// <summary>
    /// Names the version of the tables in the text: a prepared statement is then never met by a row of another shape
    /// while tenants are migrated one after another.
    /// </summary>
    public override string Decorate(string statement, Tenant tenant) =>
        string.Create(CultureInfo.InvariantCulture, $"/*v{tenant.MigrationVersion}*/ {statement}");

    public override async Task CreatePlaceAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        var server = servers.Get(tenant.Placement.Server);
        var schema = SqlIdentifier.Quote(tenant.Placement.Schema);
        var connection = await server.OpenMigratorAsync(tenant.Placement.Database, cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            await ExecuteAsync(connection, cancellationToken,
                $"create schema if not exists {schema} authorization {PostgresRoles.QuotedOwner}",
                $"grant usage on schema {schema} to {SqlIdentifier.Quote(server.AppLogin)}").ConfigureAwait(false);
        }
    }

    public override async Task DropPlaceAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        var connection = await servers.Get(tenant.Placement.Server).OpenMigratorAsync(tenant.Placement.Database, cancellationToken)
            .ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            await ExecuteAsync(connection, cancellationToken,
                $"drop schema if exists {SqlIdentifier.Quote(tenant.Placement.Schema)} cascade",
                $"delete from tenancy.migrations where schema_name = {SqlIdentifier.Literal(tenant.Placement.Schema)}")
                .ConfigureAwait(false);
        }
    }
}
