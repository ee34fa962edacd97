using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Tenancy.TestKit;

namespace Tenancy.Benchmarks;

/// <summary>Far more tenants than connections, under a skewed load: no error, and never more connections than the budget.</summary>
internal static class RouterBudget
{
    const int Budget = 48;
    const int Catalog = 4;
    const string Address = "router-budget";

    public static async Task RunAsync(Report report, bool quick, PgBouncer? pooler = null)
    {
        var name = pooler is null ? "router.budget" : "pgbouncer.budget";
        await using var server = await SmallServer.MakeAsync(connections: 100);
        var (rows, schemas, databases, time) = quick ? (100, 20, 30, TimeSpan.FromSeconds(10)) : (1000, 300, 500, TimeSpan.FromMinutes(5));
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions
        {
            Configure = services => services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Error)),
            Pooler = pooler,
            ConnectionSettings = $"Application Name={Address}",
            Settings = new()
            {
                [$"Tenancy:Postgres:Servers:{Deployment.Server}:ConnectionBudget"] = $"{Budget}",
                [$"Tenancy:Postgres:Servers:{Deployment.Server}:SharedPoolSize"] = $"{Budget}",
            },
        });
        var clock = Stopwatch.StartNew();
        var tenants = new List<Tenant>();
        foreach (var (isolation, count) in new[] { (TenantIsolation.Row, rows), (TenantIsolation.Schema, schemas), (TenantIsolation.Database, databases) })
        {
            for (var i = 0; i < count; i++)
                tenants.Add(await CreateAsync(deployment, isolation));
        }

        report.Say($"{rows} row + {schemas} schema + {databases} database tenants made in {clock.Elapsed.TotalSeconds:N0} s; Zipf(1), {BudgetLoad.Clients} clients, budget {Budget} ({Catalog} of them the catalog's), {time.TotalSeconds:N0} s.");
        // Popularity has nothing to do with isolation.
        var ranked = tenants.OrderBy(tenant => tenant.Id.Value.GetHashCode()).ToArray();
        var load = new BudgetLoad("router", Address, tenant => ReadAsync(deployment, tenant));
        if (pooler is null)
            await BesideAsync(report, deployment, ranked, load, time, quick ? 3 : 5);
        else
            await load.RunAsync(ranked, time);
        report.Say(load.Describe());
        report.Figure(name + ".max-connections", Spread.Of([load.MostConnections]));
        report.Figure(name + ".errors", Spread.Of([load.Errors]));
        report.Figure(name + ".reads-per-second", Spread.Of(load.Rates));
    }

    /// <summary>The router for all of the time in rounds, and beside it what people do by hand, for half as long each.</summary>
    static async Task BesideAsync(Report report, Deployment deployment, Tenant[] ranked, BudgetLoad router, TimeSpan time, int rounds)
    {
        await PoolsByHand.CopyAsync(deployment.SharedDatabase, ranked);
        var byHand = new BudgetByHand(report, ranked, Budget - Catalog);
        await byHand.AlternateAsync(router, rounds, time / rounds, time / rounds / 2);
        // Whoever comes next has the server to himself.
        await PrivateCluster.ExecuteAsync("postgres", $"select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = '{Address}'");
        await byHand.PerDatabaseAsync(time / rounds);
        await byHand.DirectAsync(time / rounds);
    }

    static async Task<Tenant> CreateAsync(Deployment deployment, TenantIsolation isolation)
    {
        var tenant = await deployment.CreateAsync(isolation);
        using var scope = deployment.Tenants.Enter(tenant);
        await using var connection = await deployment.Data.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "insert into notes (id, mark) values (1, $1)";
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = tenant.Slug.Value });
        await command.ExecuteNonQueryAsync();
        return tenant;
    }

    static async Task<string?> ReadAsync(Deployment deployment, Tenant tenant)
    {
        using var scope = deployment.Tenants.Enter(tenant);
        await using var connection = await deployment.Data.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "select mark from notes where id = 1";
        return (string?)await command.ExecuteScalarAsync();
    }
}
