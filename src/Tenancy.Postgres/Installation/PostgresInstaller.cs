using Microsoft.Extensions.Options;
using Npgsql;

namespace Tenancy;

internal sealed class PostgresInstaller(IOptions<PostgresOptions> options, IsolationStrategies strategies, PostgresTenantCatalog tenants) : IPostgresInstaller
{
    readonly PostgresOptions _options = options.Value;

    public async Task InstallAsync(string server, string administrator, CancellationToken cancellationToken = default)
    {
        var target = strategies.Servers.Get(server);
        var catalog = new NpgsqlConnectionStringBuilder(_options.Catalog);
        // The catalog stands on one of the servers: the one that its host and port name.
        var holdsCatalog = SameServer(catalog, new NpgsqlConnectionStringBuilder(target.Options.Itself));

        // Two installations at once would change the same roles.
        var alone = await AdministratorSession.OpenAsync(administrator, null, cancellationToken).ConfigureAwait(false);
        await using var _ = alone.ConfigureAwait(false);
        await alone.ExecuteAsync("select pg_catalog.pg_advisory_lock(7305811)", cancellationToken).ConfigureAwait(false);
        if (!await alone.IsSuperuserAsync(cancellationToken).ConfigureAwait(false))
        {
            throw new InvalidOperationException(
                $"The login '{new NpgsqlConnectionStringBuilder(administrator).Username}' is no superuser of the server '{server}', and nothing was changed. " +
                "Installing gives the migrator BYPASSRLS, and revokes functions of pg_catalog. Name a superuser, once; processes never use it.");
        }

        await CreateRolesAsync(administrator, target, holdsCatalog ? catalog : null, cancellationToken).ConfigureAwait(false);
        if (holdsCatalog)
            await InstallCatalogAsync(administrator, catalog, cancellationToken).ConfigureAwait(false);
        await InstallTenantDatabaseAsync(administrator, target, target.SharedDatabase, cancellationToken).ConfigureAwait(false);
        await InstallTemplateAsync(administrator, target, cancellationToken).ConfigureAwait(false);
    }

    public async Task InstallTenantDatabasesAsync(string server, CancellationToken cancellationToken = default)
    {
        _ = strategies.Servers.Get(server);
        foreach (var tenant in await OwnDatabasesAsync(server, cancellationToken).ConfigureAwait(false))
            await strategies[tenant.Placement.Isolation].RenewPlaceAsync(tenant, cancellationToken).ConfigureAwait(false);
    }

    public async Task RetireSigningKeyAsync(string server, int keyId, CancellationToken cancellationToken = default)
    {
        var target = strategies.Servers.Get(server);
        if (keyId == target.SigningKeyId)
        {
            throw new InvalidOperationException(
                $"This process signs with the key {keyId}. Raise {_options.Path}:SigningKeyId, install, restart all processes with it, and retire the key then.");
        }

        var own = await OwnDatabasesAsync(server, cancellationToken).ConfigureAwait(false);
        foreach (var database in own.Select(static tenant => tenant.Placement.Database).Prepend(target.SharedDatabase))
        {
            var connection = await target.OpenMigratorAsync(database, cancellationToken).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
                await SigningKeyStore.RetireAsync(connection, keyId, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The tenants that have a database on a server: those whose creation has not reached it yet get all of it then.</summary>
    async Task<IReadOnlyList<Tenant>> OwnDatabasesAsync(string server, CancellationToken cancellationToken)
    {
        var snapshot = await tenants.RefreshAsync(cancellationToken).ConfigureAwait(false);
        return
        [
            .. snapshot.Tenants.Where(tenant => tenant.Placement.Isolation == TenantIsolation.Database && tenant.Placement.Server == server
                && tenant.Status is TenantStatus.Active or TenantStatus.Suspended).OrderBy(static tenant => tenant.Created),
        ];
    }

    static async Task CreateRolesAsync(
        string administrator, TenantServer target, NpgsqlConnectionStringBuilder? catalog, CancellationToken cancellationToken)
    {
        var session = await AdministratorSession.OpenAsync(administrator, null, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            await session.RoleAsync(PostgresRoles.Tools, "nologin", null, cancellationToken).ConfigureAwait(false);
            // Left as it is where it exists: whoever uses PgBouncer gave it a password.
            if (!await session.ExistsAsync("select from pg_roles where rolname = $1", PostgresRoles.Pooler, cancellationToken).ConfigureAwait(false))
                await session.RoleAsync(PostgresRoles.Pooler, "nologin", null, cancellationToken).ConfigureAwait(false);
            await session.RoleAsync(PostgresRoles.Owner, "nologin", null, cancellationToken).ConfigureAwait(false);
            await session.RoleAsync(PostgresRoles.Tenants, "nologin", null, cancellationToken).ConfigureAwait(false);
            await session.RoleAsync(target.MigratorLogin, "login bypassrls createdb createrole", target.MigratorPassword, cancellationToken)
                .ConfigureAwait(false);
            await session.RoleAsync(target.AppLogin, "login", target.AppPassword, cancellationToken).ConfigureAwait(false);
            if (catalog is not null)
                await session.RoleAsync(catalog.Username!, "login", catalog.Password, cancellationToken).ConfigureAwait(false);

            var migrator = SqlIdentifier.Quote(target.MigratorLogin);
            await session.ExecuteAsync($"grant {PostgresRoles.QuotedTools} to {PostgresRoles.QuotedOwner}, {migrator}", cancellationToken)
                .ConfigureAwait(false);
            await session.ExecuteAsync($"grant {PostgresRoles.QuotedOwner} to {migrator}", cancellationToken).ConfigureAwait(false);
            // So that it can make the logins of tenants members.
            await session.ExecuteAsync($"grant {PostgresRoles.QuotedTenants} to {migrator} with admin option", cancellationToken).ConfigureAwait(false);
            // A tenant's database is dropped under the connections that other processes still have to it.
            await session.ExecuteAsync($"grant pg_signal_backend to {PostgresRoles.QuotedOwner}", cancellationToken).ConfigureAwait(false);
        }
    }

    static async Task InstallCatalogAsync(string administrator, NpgsqlConnectionStringBuilder catalog, CancellationToken cancellationToken)
    {
        await CreateDatabaseAsync(administrator, catalog.Database!, [catalog.Username!], cancellationToken).ConfigureAwait(false);
        var session = await AdministratorSession.OpenAsync(administrator, catalog.Database, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            await session.RunAsync("harden.sql", cancellationToken,
                ("database", SqlIdentifier.Quote(catalog.Database!)), ("tools", PostgresRoles.QuotedTools)).ConfigureAwait(false);
            await session.RunAsync("catalog.sql", cancellationToken,
                ("owner", PostgresRoles.QuotedOwner), ("catalog", SqlIdentifier.Quote(catalog.Username!))).ConfigureAwait(false);
            await session.RunAsync("limits.sql", cancellationToken,
                ("owner", PostgresRoles.QuotedOwner), ("catalog", SqlIdentifier.Quote(catalog.Username!))).ConfigureAwait(false);
            await session.RunAsync("usage.sql", cancellationToken,
                ("owner", PostgresRoles.QuotedOwner), ("catalog", SqlIdentifier.Quote(catalog.Username!))).ConfigureAwait(false);
            await session.RunAsync("storage.sql", cancellationToken,
                ("owner", PostgresRoles.QuotedOwner), ("catalog", SqlIdentifier.Quote(catalog.Username!))).ConfigureAwait(false);
        }
    }

    async Task InstallTenantDatabaseAsync(
        string administrator, TenantServer target, string database, CancellationToken cancellationToken)
    {
        await CreateDatabaseAsync(administrator, database, [target.AppLogin, target.MigratorLogin, PostgresRoles.Tenants], cancellationToken).ConfigureAwait(false);
        await InstallTenancyAsync(administrator, target, database, cancellationToken).ConfigureAwait(false);
        if (target.Options.Level != ProtectionLevel.Signed)
            return;
        var session = await AdministratorSession.OpenAsync(administrator, database, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
            await session.InstallKeyAsync(target.SigningKeyId, target.KeyOf(target.SigningKeyId, database), cancellationToken).ConfigureAwait(false);
    }

    async Task InstallTemplateAsync(string administrator, TenantServer target, CancellationToken cancellationToken)
    {
        var template = SqlIdentifier.Quote(target.TemplateDatabase);
        await CreateDatabaseAsync(administrator, target.TemplateDatabase, [], cancellationToken).ConfigureAwait(false);
        var session = await AdministratorSession.OpenAsync(administrator, null, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            await session.ExecuteAsync($"alter database {template} with is_template true allow_connections true", cancellationToken)
                .ConfigureAwait(false);
            await InstallTenancyAsync(administrator, target, target.TemplateDatabase, cancellationToken).ConfigureAwait(false);
            // A connection to a template would stop every CREATE DATABASE from it.
            await session.ExecuteAsync($"alter database {template} with allow_connections false", cancellationToken).ConfigureAwait(false);
        }
    }

    async Task InstallTenancyAsync(string administrator, TenantServer target, string database, CancellationToken cancellationToken)
    {
        var session = await AdministratorSession.OpenAsync(administrator, database, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            await session.RunAsync("harden.sql", cancellationToken,
                ("database", SqlIdentifier.Quote(database)), ("tools", PostgresRoles.QuotedTools)).ConfigureAwait(false);
            await session.RunAsync("tenancy.sql", cancellationToken,
            [
                .. LevelScript.ValuesOf(target.Options.Level),
                ("migrator", SqlIdentifier.Quote(target.MigratorLogin)),
                ("app", SqlIdentifier.Quote(target.AppLogin)),
                ("app_literal", SqlIdentifier.Literal(target.AppLogin)),
                ("identity", "null"),
                ("application_schema", SqlIdentifier.Quote(_options.ApplicationSchema)),
                ("search_path", SqlIdentifier.Literal(SqlScript.SearchPath(_options.ApplicationSchema))),
            ]).ConfigureAwait(false);
            await session.RunAsync("pooler.sql", cancellationToken,
                ("database", SqlIdentifier.Quote(database)), ("pooler", PostgresRoles.QuotedPooler)).ConfigureAwait(false);
        }
    }

    static async Task CreateDatabaseAsync(
        string administrator, string database, string[] logins, CancellationToken cancellationToken)
    {
        var session = await AdministratorSession.OpenAsync(administrator, null, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            var name = SqlIdentifier.Quote(database);
            if (!await session.ExistsAsync("select from pg_database where datname = $1", database, cancellationToken).ConfigureAwait(false))
                await session.ExecuteAsync($"create database {name} owner {PostgresRoles.QuotedOwner}", cancellationToken).ConfigureAwait(false);
            await session.ExecuteAsync($"revoke all on database {name} from public", cancellationToken).ConfigureAwait(false);
            foreach (var login in logins)
                await session.ExecuteAsync($"grant connect on database {name} to {SqlIdentifier.Quote(login)}", cancellationToken).ConfigureAwait(false);
        }
    }

    static bool SameServer(NpgsqlConnectionStringBuilder one, NpgsqlConnectionStringBuilder other) =>
        string.Equals(one.Host, other.Host, StringComparison.OrdinalIgnoreCase) && one.Port == other.Port;
}
