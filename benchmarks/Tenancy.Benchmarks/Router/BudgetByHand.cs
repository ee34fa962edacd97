using Tenancy.TestKit;

namespace Tenancy.Benchmarks;

/// <summary>
/// Beside the router, the same load by hand on the same server, which takes a hundred connections. Expected: with a pool for each
/// database the server refuses most; with PgBouncer before it too, whose pools are each database's own as well; where PgBouncer
/// bounds what the login that all share has, nothing fails.
/// </summary>
internal sealed class BudgetByHand(Report report, Tenant[] ranked, int connections)
{
    const string Address = "by-hand";

    /// <summary>The router, and PgBouncer with as many connections, in turns.</summary>
    public async Task AlternateAsync(BudgetLoad router, int rounds, TimeSpan routed, TimeSpan byHand)
    {
        // It closes idle sessions of other databases to keep to this, but only those of the same login.
        await using var pooler = await StartAsync(connections, new() { ["max_user_connections"] = $"{connections}" });
        await using var pools = new PoolsByHand(pooler.Port, Address);
        var load = new BudgetLoad("PgBouncer, bounded for the login", Address, pools.ReadAsync);
        for (var round = 0; round < rounds; round++)
        {
            await router.RunAsync(ranked, routed);
            await load.RunAsync(ranked, byHand);
        }

        Say("budget.pgbouncer-by-login", load);
        report.Figure("router.budget.vs-pgbouncer-by-login", Spread.Of(router.Rates.Zip(load.Rates, (ours, theirs) => ours / theirs)));
    }

    /// <summary>PgBouncer as it bounds by itself: so many for each database. Two are the least that lets a tenant do two things at once.</summary>
    public async Task PerDatabaseAsync(TimeSpan time)
    {
        await using var pooler = await StartAsync(2, []);
        await using var pools = new PoolsByHand(pooler.Port, Address);
        await RunAsync("budget.pgbouncer-by-database", "PgBouncer, two for each database", pools, time);
    }

    /// <summary>No pooler, and a pool for each database with the driver's defaults.</summary>
    public async Task DirectAsync(TimeSpan time)
    {
        await using var pools = new PoolsByHand(null, Address);
        await RunAsync("budget.pool-per-database", "a pool for each database", pools, time);
    }

    async Task RunAsync(string name, string what, PoolsByHand pools, TimeSpan time)
    {
        var load = new BudgetLoad(what, Address, pools.ReadAsync);
        await load.RunAsync(ranked, time);
        Say(name, load);
    }

    void Say(string name, BudgetLoad load)
    {
        report.Say(load.Describe());
        report.Figure(name + ".max-connections", Spread.Of([load.MostConnections]));
        report.Figure(name + ".failed-share", Spread.Of([load.FailedShare]));
        report.Figure(name + ".reads-per-second", Spread.Of(load.Rates));
    }

    static Task<PgBouncer> StartAsync(int size, Dictionary<string, string> settings) => PgBouncer.StartAsync(
        new Dictionary<string, string>(settings)
        {
            ["default_pool_size"] = $"{size}", ["max_client_conn"] = "5000", ["query_wait_timeout"] = "10",
            ["log_connections"] = "0", ["log_disconnections"] = "0",
        },
        known: PoolsByHand.Login);
}
