using System.Collections.Concurrent;
using Npgsql;
using Tenancy.TestKit;

namespace Tenancy.Benchmarks;

/// <summary>
/// What people write without a library: plain Npgsql with a pool for each database, a filter for tenants that share tables, and
/// the schema named for those that have one; nothing is kept apart by the server.
/// </summary>
internal sealed class PoolsByHand(int? pooler, string applicationName) : IAsyncDisposable
{
    /// <summary>A login of its own, which the guards of the tenants' databases know nothing of.</summary>
    public const string Login = "by_hand";

    const string Schema = "by_hand";

    readonly ConcurrentDictionary<string, NpgsqlDataSource> _pools = new();

    /// <summary>Copies what the tenants have to tables that are not guarded.</summary>
    public static async Task CopyAsync(string shared, Tenant[] tenants)
    {
        var password = new NpgsqlConnectionStringBuilder(Deployment.ConnectionString(shared, Login)).Password;
        await PrivateCluster.ExecuteAsync(shared,
            $"""
            do $$ begin
                if not exists (select from pg_roles where rolname = '{Login}') then create role {Login} login password '{password}'; end if;
            end $$;
            grant connect on database {shared} to {Login};
            create schema {Schema};
            create table {Schema}.notes as select tenant_id, id, mark from app.notes;
            alter table {Schema}.notes add primary key (tenant_id, id);
            """ + Grant(Schema));
        foreach (var some in tenants.Where(tenant => tenant.Placement.Isolation == TenantIsolation.Schema).Chunk(20))
            await PrivateCluster.ExecuteAsync(shared, string.Join('\n', some.Select(Make)));
        foreach (var tenant in tenants.Where(tenant => tenant.Placement.Isolation == TenantIsolation.Database))
            await PrivateCluster.ExecuteAsync(tenant.Placement.Database, Make(tenant) + $"grant connect on database {tenant.Placement.Database} to {Login};");
    }

    public async Task<string?> ReadAsync(Tenant tenant)
    {
        await using var connection = await _pools.GetOrAdd(tenant.Placement.Database, Create).OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        if (tenant.Placement.Isolation == TenantIsolation.Row)
        {
            command.CommandText = $"select mark from {Schema}.notes where tenant_id = $1 and id = 1";
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = tenant.Id.Value });
        }
        else
        {
            command.CommandText = $"select mark from {SchemaOf(tenant)}.notes where id = 1";
        }

        return (string?)await command.ExecuteScalarAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var pool in _pools.Values)
            await pool.DisposeAsync();
    }

    NpgsqlDataSource Create(string database)
    {
        var settings = new NpgsqlConnectionStringBuilder(Deployment.ConnectionString(database, Login, pooler))
        {
            ApplicationName = applicationName,
            // PgBouncer 1.18 keeps nothing prepared, and runs no reset in transaction mode.
            MaxAutoPrepare = pooler is null ? 100 : 0,
            NoResetOnClose = pooler is not null,
        };
        return NpgsqlDataSource.Create(settings.ConnectionString);
    }

    static string SchemaOf(Tenant tenant) =>
        tenant.Placement.Isolation == TenantIsolation.Schema ? $"{Schema}_{tenant.Id.Value:N}" : Schema;

    static string Make(Tenant tenant) =>
        $"create schema {SchemaOf(tenant)}; create table {SchemaOf(tenant)}.notes (id bigint primary key, mark text not null); insert into {SchemaOf(tenant)}.notes values (1, '{tenant.Slug}');" +
        Grant(SchemaOf(tenant));

    static string Grant(string schema) =>
        $"grant usage on schema {schema} to {Login}; grant select on {schema}.notes to {Login}; analyze {schema}.notes;";
}
