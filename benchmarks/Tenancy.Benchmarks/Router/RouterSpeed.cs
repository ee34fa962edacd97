using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Tenancy.TestKit;

namespace Tenancy.Benchmarks;

/// <summary>The router where connections are not short: a point read against what people write by hand.</summary>
internal static class RouterSpeed
{
    const string Items = "create table items (id bigint primary key, title text not null); select tenancy.isolate('items');";

    public static async Task RunAsync(Report report, bool quick)
    {
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions
        {
            Configure = services => services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning)),
            Migrations = new() { ["0001_items.sql"] = Items },
        });
        var own = await deployment.CreateAsync(TenantIsolation.Database);
        await PrivateCluster.ExecuteAsync(Deployment.DatabaseOf(own),
            $"insert into app.items (tenant_id, id, title) select '{own.Id}', n, 'Item ' || n from generate_series(0, {PointReadData.RowsPerTenant - 1}) as n; analyze app.items;");
        var tenants = (await PointReadData.LoadAsync(deployment)).Where(tenant => tenant.Placement.Isolation == TenantIsolation.Row).ToArray();
        await using var byHand = await ByHand.CreateAsync(tenants, deployment.SharedDatabase);
        await using var ownPool = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(PrivateCluster.Administrator)
        {
            Database = Deployment.DatabaseOf(own), MaxAutoPrepare = 100, MaxPoolSize = 8, SearchPath = "app",
        }.ConnectionString);

        foreach (var clients in new[] { 1, 8 })
        {
            var run = new Alternation(new Dictionary<string, Func<Random, Task>>
            {
                ["plain"] = byHand.PlainAsync,
                ["limit"] = byHand.LimitAsync,
                ["routed"] = random => ReadAsync(deployment, tenants[random.Next(tenants.Length)], random),
                ["own pool"] = random => OwnAsync(ownPool, random),
                ["own database"] = random => ReadAsync(deployment, own, random),
            }, clients);
            await run.RunAsync(quick ? 3 : 11, TimeSpan.FromMilliseconds(quick ? 400 : 1000));
            report.Figure($"router.vs-plain.{clients}", run.Ratio("routed", "plain"));
            if (clients == 1)
                continue;
            report.Figure("router.vs-limit.8", run.Ratio("routed", "limit"));
            report.Figure("router.database.vs-own-pool", run.Ratio("own database", "own pool"));
            report.Figure("router.alloc-ratio", Spread.Of([run.Allocated("routed") / run.Allocated("plain")]));
            report.Say($"8 clients: {run.Allocated("plain"):N0} B for a plain read, {run.Allocated("limit"):N0} B without reset, {run.Allocated("routed"):N0} B routed.");
        }
    }

    static async Task ReadAsync(Deployment deployment, Tenant tenant, Random random)
    {
        using (deployment.Tenants.Enter(tenant))
        {
            await using var connection = await deployment.Data.OpenConnectionAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "select title from items where id = $1";
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = random.Next(PointReadData.RowsPerTenant) });
            await using var reader = await command.ExecuteReaderAsync();
            await ByHand.ReadOneAsync(reader);
        }
    }

    static async Task OwnAsync(NpgsqlDataSource pool, Random random)
    {
        await using var connection = await pool.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "select title from items where id = $1";
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = random.Next(PointReadData.RowsPerTenant) });
        await using var reader = await command.ExecuteReaderAsync();
        await ByHand.ReadOneAsync(reader);
    }
}
