using Npgsql;

namespace Tenancy;

/// <summary>A database of its own, reached by a login of its own; no row security, which would cost indexes.</summary>
internal sealed class DatabaseIsolation(ServerCatalog servers) : IsolationStrategy
{
    public override TenantIsolation Isolation => TenantIsolation.Database;

    public override TenantPlacement Place(TenantId id, string server, SchemaGuard? guard) =>
        new(Isolation, server, TenantNames.For(id), servers.ApplicationSchema);

    public override PoolSettings PoolFor(TenantId id, TenantPlacement placement)
    {
        var server = servers.Get(placement.Server);
        var login = TenantNames.For(id);
        return server.PoolSettings(placement.Database, login, servers.PasswordOf(login), server.Options.DatabasePoolSize, id);
    }

    public override async Task CreatePlaceAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        var server = servers.Get(tenant.Placement.Server);
        var login = TenantNames.For(tenant.Id);
        var connection = await server.OpenMigratorAsync(server.SharedDatabase, cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            await OwnLogin.CreateAsync(connection, login, servers.PasswordOf(login), cancellationToken).ConfigureAwait(false);
            await CreateDatabaseAsync(connection, server, tenant.Placement.Database, login, cancellationToken).ConfigureAwait(false);
        }

        await InstallAsync(server, tenant, login, cancellationToken).ConfigureAwait(false);
    }

    public override Task RenewPlaceAsync(Tenant tenant, CancellationToken cancellationToken) =>
        InstallAsync(servers.Get(tenant.Placement.Server), tenant, TenantNames.For(tenant.Id), cancellationToken);

    public override async Task DropPlaceAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        var server = servers.Get(tenant.Placement.Server);
        var connection = await server.OpenMigratorAsync(server.SharedDatabase, cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            await ExecuteAsync(connection, cancellationToken,
                $"drop database if exists {SqlIdentifier.Quote(tenant.Placement.Database)} with (force)").ConfigureAwait(false);
            await OwnLogin.DropAsync(connection, TenantNames.For(tenant.Id), cancellationToken).ConfigureAwait(false);
        }
    }

    static async Task CreateDatabaseAsync(
        NpgsqlConnection connection, TenantServer server, string database, string login, CancellationToken cancellationToken)
    {
        var name = SqlIdentifier.Quote(database);
        if (!await ExistsAsync(connection, "select from pg_database where datname = $1", database, cancellationToken).ConfigureAwait(false))
        {
            // The template carries the hardening of pg_catalog, which nobody but a superuser could do here.
            await ExecuteAsync(connection, cancellationToken,
                $"create database {name} template {SqlIdentifier.Quote(server.TemplateDatabase)} owner {PostgresRoles.QuotedOwner}")
                .ConfigureAwait(false);
        }

        // Rights on the database itself are not copied from a template.
        await ExecuteAsync(connection, cancellationToken,
            $"revoke all on database {name} from public",
            $"grant connect on database {name} to {SqlIdentifier.Quote(login)}, {SqlIdentifier.Quote(server.MigratorLogin)}, {PostgresRoles.QuotedPooler}")
            .ConfigureAwait(false);
    }

    /// <summary>Two that install at once would change the same functions: one at a time, as migrations, and by the same table.</summary>
    const string OneAtATime =
        "do $$ begin if pg_catalog.to_regclass('tenancy.migrations') is not null then lock table tenancy.migrations in share row exclusive mode; end if; end $$";

    async Task InstallAsync(TenantServer server, Tenant tenant, string login, CancellationToken cancellationToken)
    {
        var script = SqlScript.Fill(SqlScript.Load("tenancy.sql"),
        [
            .. LevelScript.ValuesOf(server.Options.Level),
            ("migrator", SqlIdentifier.Quote(server.MigratorLogin)),
            ("app", SqlIdentifier.Quote(login)),
            ("app_literal", SqlIdentifier.Literal(login)),
            ("identity", SqlIdentifier.Literal(tenant.Id.ToString())),
            ("application_schema", SqlIdentifier.Quote(servers.ApplicationSchema)),
            ("search_path", SqlIdentifier.Literal(SqlScript.SearchPath(servers.ApplicationSchema))),
        ]);
        var connection = await server.OpenMigratorAsync(tenant.Placement.Database, cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                await ExecuteAsync(connection, cancellationToken, OneAtATime, script).ConfigureAwait(false);
                await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            }

            if (server.Options.Level == ProtectionLevel.Signed)
            {
                var key = server.KeyOf(server.SigningKeyId, tenant.Placement.Database);
                await SigningKeyStore.InstallAsync(connection, server.SigningKeyId, key, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    static async Task<bool> ExistsAsync(
        NpgsqlConnection connection, string query, string name, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand($"select exists ({query})", connection) { Parameters = { new() { Value = name } } };
        return (bool)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }
}
