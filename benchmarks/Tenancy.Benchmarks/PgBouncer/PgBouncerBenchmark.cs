using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Tenancy.TestKit;

namespace Tenancy.Benchmarks;

/// <summary>Through PgBouncer, where each scope attests its session: against plain Npgsql through it, and against no pooler.</summary>
internal sealed class PgBouncerBenchmark : IBenchmark
{
    const int Clients = 8;

    public string Name => "pgbouncer";

    public string Summary => "a point read through PgBouncer against plain Npgsql through it, and the router's load through it";

    public async Task RunAsync(Report report, bool quick)
    {
        await using (var pooler = await PgBouncer.StartAsync(Sessions(Clients)))
            await PointReadAsync(report, quick, pooler);
        // Fewer sessions than the budget allows connections: what a pooler is for.
        await using (var pooler = await PgBouncer.StartAsync(Sessions(16)))
            await RouterBudget.RunAsync(report, quick, pooler);
    }

    static async Task PointReadAsync(Report report, bool quick, PgBouncer pooler)
    {
        await using var pooled = await DeployAsync(pooler);
        await using var direct = await DeployAsync(null);
        var (behind, before) = (await PointReadData.LoadAsync(pooled), await PointReadData.LoadAsync(direct));
        // What people write by hand: a filter, no row security, no reset; nothing prepared, since PgBouncer 1.18 keeps nothing.
        await PrivateCluster.ExecuteAsync(pooled.SharedDatabase,
            $"""
            create schema by_hand;
            create table by_hand.items as select tenant_id, id, title from app.items;
            alter table by_hand.items add primary key (tenant_id, id);
            grant usage on schema by_hand to {DeploymentOptions.SharedLogin};
            grant select on by_hand.items to {DeploymentOptions.SharedLogin};
            analyze by_hand.items;
            """);
        await using var plain = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(Deployment.ConnectionString(pooled.SharedDatabase, DeploymentOptions.SharedLogin, pooler.Port))
            {
                NoResetOnClose = true, MaxPoolSize = Clients,
            }.ConnectionString);

        var run = new Alternation(new Dictionary<string, Func<Random, Task>>
        {
            ["plain"] = random => PlainAsync(plain, Pick(behind, random), random),
            ["pooled"] = random => ReadAsync(pooled, Pick(behind, random), random),
            ["direct"] = random => ReadAsync(direct, Pick(before, random), random),
        }, Clients);
        await run.RunAsync(quick ? 3 : 11, TimeSpan.FromMilliseconds(quick ? 300 : 1000));
        report.Figure("pgbouncer.vs-plain-through-it.8", run.Ratio("pooled", "plain"));
        report.Figure("pgbouncer.vs-direct.8", run.Ratio("pooled", "direct"));
    }

    static Dictionary<string, string> Sessions(int size) => new()
    {
        ["default_pool_size"] = $"{size}", ["max_client_conn"] = "500", ["query_wait_timeout"] = "60",
        ["log_connections"] = "0", ["log_disconnections"] = "0",
    };

    static Task<Deployment> DeployAsync(PgBouncer? pooler) => Deployment.StartAsync(new DeploymentOptions
    {
        Pooler = pooler,
        Configure = services => services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning)),
        Migrations = new() { ["0001_items.sql"] = "create table items (id bigint primary key, title text not null); select tenancy.isolate('items');" },
    });

    static Tenant Pick(IReadOnlyList<Tenant> tenants, Random random) => tenants[random.Next(tenants.Count)];

    static async Task PlainAsync(NpgsqlDataSource pool, Tenant tenant, Random random)
    {
        await using var connection = await pool.OpenConnectionAsync();
        await using var command = new NpgsqlCommand("select title from by_hand.items where tenant_id = $1 and id = $2", connection);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = tenant.Id.Value });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = random.Next(PointReadData.RowsPerTenant) });
        await using var reader = await command.ExecuteReaderAsync();
        await ByHand.ReadOneAsync(reader);
    }

    static async Task ReadAsync(Deployment deployment, Tenant tenant, Random random)
    {
        using var scope = deployment.Tenants.Enter(tenant);
        await using var connection = await deployment.Data.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "select title from items where id = $1";
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = random.Next(PointReadData.RowsPerTenant) });
        await using var reader = await command.ExecuteReaderAsync();
        await ByHand.ReadOneAsync(reader);
    }
}
