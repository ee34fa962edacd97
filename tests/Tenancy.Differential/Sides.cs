using Npgsql;

namespace Tenancy.Differential;

/// <summary>The same tables four times: in a plain database, and as a tenant of each isolation.</summary>
public sealed class Sides : IAsyncLifetime
{
    readonly Dictionary<TenantIsolation, Tenant> _tenants = [];
    readonly Dictionary<(string, bool), Task<Transcript>> _plainTranscripts = [];
    Deployment? _deployment;
    NpgsqlDataSource? _plain;

    string PlainDatabase => $"plain_{_deployment!.Options.Suffix}";

    public async Task InitializeAsync()
    {
        _deployment = await Deployment.StartAsync(new DeploymentOptions { Migrations = new() { ["0001_tables.sql"] = Tables.Migration } });
        foreach (var isolation in Enum.GetValues<TenantIsolation>())
            _tenants[isolation] = await _deployment.CreateAsync(isolation);
        await PrivateCluster.ExecuteAsync("postgres", $"create database {PlainDatabase}");
        await PrivateCluster.ExecuteAsync(PlainDatabase, $"create schema app; set search_path = app; {Tables.Plain}");
        // As the pools below tenants are configured.
        _plain = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(PrivateCluster.Administrator)
        {
            Database = PlainDatabase, SearchPath = "app", MaxAutoPrepare = 100, IncludeFailedBatchedCommand = true, MaxPoolSize = 8,
        });
    }

    public async Task DisposeAsync()
    {
        if (_plain is not null)
            await _plain.DisposeAsync();
        if (_deployment is null)
            return;
        await PrivateCluster.ExecuteAsync("postgres", $"drop database if exists {PlainDatabase} with (force)");
        await _deployment.DisposeAsync();
    }

    /// <summary>What a case sees of a plain connection; each is run once.</summary>
    public Task<Transcript> PlainAsync(Scenario one, bool async)
    {
        lock (_plainTranscripts)
        {
            return _plainTranscripts.TryGetValue((one.Name, async), out var known)
                ? known
                : _plainTranscripts[(one.Name, async)] = RunAsync(one, _plain!, async, PlainDatabase, "app");
        }
    }

    /// <summary>What a case sees of a plain connection through a flaw.</summary>
    public Task<Transcript> FlawedAsync(Scenario one, Flaw flaw) => RunAsync(one, _plain!, true, PlainDatabase, "app", flaw);

    /// <summary>What a case sees of a tenant's connection.</summary>
    public async Task<Transcript> TenantAsync(Scenario one, TenantIsolation isolation, bool async, params string[] changes)
    {
        var tenant = _tenants[isolation];
        using var scope = _deployment!.Tenants.Enter(tenant);
        return await RunAsync(one, _deployment.Data, async, tenant.Placement.Database, tenant.Placement.Schema, changes: changes);
    }

    static async Task<Transcript> RunAsync(
        Scenario one, DbDataSource source, bool async, string database, string schema, Flaw flaw = Flaw.None, params string[] changes)
    {
        await using (var connection = await source.OpenConnectionAsync())
        await using (var batch = connection.CreateBatch())
        {
            foreach (var statement in Tables.Rows.Concat(changes))
            {
                var command = batch.CreateBatchCommand();
                command.CommandText = statement;
                batch.BatchCommands.Add(command);
            }

            await batch.ExecuteNonQueryAsync();
        }

        await using var session = await source.OpenConnectionAsync();
        var run = new Session(session, source, async, flaw);
        await run.TryAsync("ended", () => one.Run(run));
        return run.Transcript.Placed(database, schema);
    }
}
