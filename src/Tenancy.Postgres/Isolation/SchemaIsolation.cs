using System.Globalization;

namespace Tenancy;

/// <summary>A schema of its own in the shared database, reached through <c>search_path</c>, and guarded as its placement says.</summary>
internal sealed class SchemaIsolation(ServerCatalog servers) : IsolationStrategy
{
    public override TenantIsolation Isolation => TenantIsolation.Schema;

    public override bool HasOwnRelations => true;

    public override TenantPlacement Place(TenantId id, string server, SchemaGuard? guard)
    {
        var target = servers.Get(server);
        return new(Isolation, server, target.SharedDatabase, TenantNames.For(id)) { Guard = guard ?? target.Options.SchemaGuard };
    }

    public override PoolSettings PoolFor(TenantId id, TenantPlacement placement)
    {
        var server = servers.Get(placement.Server);
        if (placement.Guard != SchemaGuard.Role)
            return server.SharedPool;
        var login = TenantNames.For(id);
        return server.PoolSettings(
            placement.Database, login, servers.PasswordOf(login), server.Options.DatabasePoolSize, identity: null, placement.Schema) with { Owner = id };
    }

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
            var login = server.AppLogin;
            if (tenant.Placement.Guard == SchemaGuard.Role)
            {
                login = TenantNames.For(tenant.Id);
                await OwnLogin.CreateAsync(connection, login, servers.PasswordOf(login), cancellationToken).ConfigureAwait(false);
                await ExecuteAsync(connection, cancellationToken, $"grant {PostgresRoles.QuotedTenants} to {SqlIdentifier.Quote(login)}").ConfigureAwait(false);
            }

            // Before the tables, which isolate() guards by it.
            if (tenant.Placement.Guard != SchemaGuard.RowSecurity)
            {
                await ExecuteAsync(connection, cancellationToken,
                    "insert into tenancy.schema_guards (schema_name, guard) values " +
                    $"({SqlIdentifier.Literal(tenant.Placement.Schema)}, {SqlIdentifier.Literal(TenantRow.Write(tenant.Placement.Guard))}) on conflict do nothing").ConfigureAwait(false);
            }

            await ExecuteAsync(connection, cancellationToken,
                $"create schema if not exists {schema} authorization {PostgresRoles.QuotedOwner}",
                $"grant usage on schema {schema} to {SqlIdentifier.Quote(login)}").ConfigureAwait(false);
        }
    }

    public override async Task DropPlaceAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        var (schema, login) = (SqlIdentifier.Literal(tenant.Placement.Schema), TenantNames.For(tenant.Id));
        var connection = await servers.Get(tenant.Placement.Server).OpenMigratorAsync(tenant.Placement.Database, cancellationToken)
            .ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            if (tenant.Placement.Guard == SchemaGuard.Role)
                await OwnLogin.CloseAsync(connection, login, cancellationToken).ConfigureAwait(false);
            await ExecuteAsync(connection, cancellationToken,
                $"drop schema if exists {SqlIdentifier.Quote(tenant.Placement.Schema)} cascade",
                $"delete from tenancy.migrations where schema_name = {schema}",
                $"delete from tenancy.schema_guards where schema_name = {schema}").ConfigureAwait(false);
            if (tenant.Placement.Guard == SchemaGuard.Role)
                await OwnLogin.DropAsync(connection, login, cancellationToken).ConfigureAwait(false);
        }
    }
}
