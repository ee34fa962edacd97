using System.Data.Common;
using System.Security.Cryptography;
using Npgsql;
using Tenancy.TestKit;

namespace Tenancy.Benchmarks;

/// <summary>What people write without a library: the same rows, on plain Npgsql, in a database that is not hardened.</summary>
internal sealed class ByHand : IAsyncDisposable
{
    readonly IReadOnlyList<Tenant> _tenants;
    readonly NpgsqlDataSource _default;
    readonly NpgsqlDataSource _noReset;
    readonly NpgsqlDataSource _scoped;
    readonly string _database;

    ByHand(IReadOnlyList<Tenant> tenants, string database, string scopedDatabase)
    {
        _tenants = tenants;
        _database = database;
        var settings = new NpgsqlConnectionStringBuilder(Deployment.ConnectionString(database, "tenancy_app")) { MaxAutoPrepare = 100, MaxPoolSize = 16 };
        _default = NpgsqlDataSource.Create(settings.ConnectionString);
        settings.NoResetOnClose = true;
        _noReset = NpgsqlDataSource.Create(settings.ConnectionString);
        settings.Database = scopedDatabase;
        settings.SearchPath = "app, extensions, pg_temp";
        _scoped = NpgsqlDataSource.Create(settings.ConnectionString);
    }

    public static async Task<ByHand> CreateAsync(IReadOnlyList<Tenant> tenants, string scopedDatabase)
    {
        var database = $"by_hand_{RandomNumberGenerator.GetHexString(10, lowercase: true)}";
        await PrivateCluster.ExecuteAsync("postgres", $"create database {database}");
        var ids = string.Join(", ", tenants.Select(tenant => $"('{tenant.Id}'::uuid)"));
        await PrivateCluster.ExecuteAsync(database,
            $"""
            create table filtered (tenant_id uuid not null, id bigint not null, title text not null, primary key (tenant_id, id));
            insert into filtered select t.id, n, 'Item ' || n
            from (values {ids}) as t (id) cross join generate_series(0, {PointReadData.RowsPerTenant - 1}) as n;
            create table guarded (like filtered including all);
            insert into guarded select * from filtered;
            alter table guarded enable row level security;
            create policy tenant on guarded using (tenant_id = (select current_setting('app.tenant')::uuid));
            grant select on filtered, guarded to tenancy_app;
            analyze filtered; analyze guarded;
            """);
        return new ByHand(tenants, database, scopedDatabase);
    }

    public Task PlainAsync(Random random) => FilteredAsync(_default, random);

    public Task LimitAsync(Random random) => FilteredAsync(_noReset, random);

    public async Task SetThenQueryAsync(Random random)
    {
        await using var connection = await _default.OpenConnectionAsync();
        await SetAsync(connection, Pick(random), local: false);
        await GuardedAsync(connection, random);
    }

    public async Task SetLocalAsync(Random random)
    {
        await using var connection = await _default.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await SetAsync(connection, Pick(random), local: true);
        await GuardedAsync(connection, random);
        await transaction.CommitAsync();
    }

    /// <summary>The message that Tenancy sends, without the library around it: what its guards and wrappers cost.</summary>
    public async Task BareBatchAsync(Random random)
    {
        await using var connection = await _scoped.OpenConnectionAsync();
        await using var batch = connection.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select tenancy.enter($1)")
        {
            Parameters = { new NpgsqlParameter<Guid> { TypedValue = Pick(random) } },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select title from items where id = $1")
        {
            Parameters = { new NpgsqlParameter<long> { TypedValue = random.Next(PointReadData.RowsPerTenant) } },
        });
        await using var reader = await batch.ExecuteReaderAsync();
        await reader.NextResultAsync();
        await ReadOneAsync(reader);
    }

    /// <summary>Reads the one row that must be there, as every variant does.</summary>
    public static async Task ReadOneAsync(DbDataReader reader)
    {
        if (!await reader.ReadAsync() || reader.GetString(0).Length == 0 || await reader.ReadAsync())
            throw new InvalidOperationException("A point read must find exactly one row.");
    }

    public async ValueTask DisposeAsync()
    {
        await _default.DisposeAsync();
        await _noReset.DisposeAsync();
        await _scoped.DisposeAsync();
        await PrivateCluster.ExecuteAsync("postgres", $"drop database {_database} with (force)");
    }

    async Task FilteredAsync(NpgsqlDataSource source, Random random)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "select title from filtered where tenant_id = $1 and id = $2";
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = Pick(random) });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = random.Next(PointReadData.RowsPerTenant) });
        await using var reader = await command.ExecuteReaderAsync();
        await ReadOneAsync(reader);
    }

    static async Task SetAsync(NpgsqlConnection connection, Guid tenant, bool local)
    {
        await using var set = connection.CreateCommand();
        set.CommandText = "select set_config('app.tenant', $1, $2)";
        set.Parameters.Add(new NpgsqlParameter<string> { TypedValue = tenant.ToString() });
        set.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = local });
        await set.ExecuteNonQueryAsync();
    }

    static async Task GuardedAsync(NpgsqlConnection connection, Random random)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "select title from guarded where id = $1";
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = random.Next(PointReadData.RowsPerTenant) });
        await using var reader = await command.ExecuteReaderAsync();
        await ReadOneAsync(reader);
    }

    Guid Pick(Random random) => _tenants[random.Next(_tenants.Count)].Id.Value;
}
