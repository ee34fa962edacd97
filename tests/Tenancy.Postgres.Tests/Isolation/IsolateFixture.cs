using System.Text.RegularExpressions;
using Npgsql;

namespace Tenancy.Postgres.Tests;

/// <summary>Databases in which tables are made and isolated as a migration would: one shared, one of one tenant.</summary>
public sealed class IsolateFixture : IAsyncLifetime
{
    Deployment? _deployment;
    Tenant? _owner;
    Tenant? _row;
    int _schemas;

    public Deployment Deployment => _deployment!;

    public Tenant Row => _row!;

    public async Task InitializeAsync()
    {
        _deployment = await Deployment.StartAsync();
        _row = await _deployment.CreateAsync(TenantIsolation.Row);
        _owner = await _deployment.CreateAsync(TenantIsolation.Database);
    }

    public async Task DisposeAsync() => await Deployment.DisposeAsync();

    /// <summary>The migrator in a fresh schema of the shared database, or of a tenant's own.</summary>
    public async Task<Workbench> WorkAsync(bool ownDatabase = false)
    {
        var database = ownDatabase ? _owner!.Placement.Database : Deployment.SharedDatabase;
        var app = ownDatabase ? TenantNames.For(_owner!.Id) : Deployment.Options.AppLogin;
        var schema = $"work_{Interlocked.Increment(ref _schemas)}";
        await PrivateCluster.ExecuteAsync(database,
            $"create schema {schema} authorization tenancy_owner; grant usage on schema {schema} to {app}");
        var connection = new NpgsqlConnection(Deployment.ConnectionString(database, "tenancy_migrator") + ";Pooling=false;Include Error Detail=true");
        await connection.OpenAsync();
        var bench = new Workbench(connection, schema, ownDatabase ? _owner! : _row!, app);
        await bench.RunAsync($"set search_path = {schema}, extensions, pg_temp");
        return bench;
    }
}

/// <summary>A migrator's connection to a schema of its own.</summary>
public sealed partial class Workbench(NpgsqlConnection connection, string schema, Tenant tenant, string app) : IAsyncDisposable
{
    public string Schema => schema;

    public Tenant Tenant => tenant;

    public string App => app;

    public async Task RunAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<List<string>> ReadAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var values = new List<string>();
        while (await reader.ReadAsync())
            values.Add(Convert.ToString(reader.GetValue(0), System.Globalization.CultureInfo.InvariantCulture)!);
        return values;
    }

    /// <summary>Runs statements in the scope of a tenant, as the application's login.</summary>
    public async Task AsAppAsync(Tenant who, params string[] statements)
    {
        await using var administrator = await PrivateCluster.OpenAsync(connection.Database!);
        await using var transaction = await administrator.BeginTransactionAsync();
        foreach (var sql in (string[])[$"set local search_path = {schema}, extensions, pg_temp", $"set local role {app}", $"select tenancy.enter('{who.Id}')", .. statements])
        {
            await using var command = new NpgsqlCommand(sql, administrator);
            await command.ExecuteNonQueryAsync();
        }

        await transaction.CommitAsync();
    }

    public async Task<PostgresException> RefusedAsync(string sql) => await Assert.ThrowsAsync<PostgresException>(() => RunAsync(sql));

    /// <summary>The definitions of a table's constraints, without the schema's name.</summary>
    public Task<List<string>> ConstraintsAsync(string table) => CleanAsync(
        $"select conname || ' ' || pg_get_constraintdef(oid) from pg_constraint where conrelid = '{table.Replace("'", "''", StringComparison.Ordinal)}'::regclass and contype <> 'n' order by conname");

    public Task<List<string>> IndexesAsync(string table) => CleanAsync(
        $"select pg_get_indexdef(indexrelid) from pg_index where indrelid = '{table}'::regclass order by indexrelid::regclass::text");

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    async Task<List<string>> CleanAsync(string sql) =>
        [.. (await ReadAsync(sql)).Select(text => text.Replace(schema + ".", "", StringComparison.Ordinal)).Select(text => Spaces().Replace(text, " "))];

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
