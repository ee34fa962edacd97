using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Tenancy.TestKit;

namespace Tenancy.Benchmarks;

/// <summary>
/// Twenty tenants with the same ids on very few connections, while statements are cancelled, backends killed, the server
/// restarted, and transactions and readers abandoned: every row of every answer is checked, and what is left afterwards.
/// </summary>
internal sealed class Chaos : IBenchmark
{
    const int Workers = 32;
    const int Connections = 4;
    const int Budget = Connections + 4;
    const string Address = "chaos";

    public string Name => "chaos";

    public string Summary => "twenty tenants on four connections that are cancelled, killed, restarted and abandoned: foreign rows, leaks";

    public async Task RunAsync(Report report, bool quick)
    {
        var time = quick ? TimeSpan.FromSeconds(12) : TimeSpan.FromMinutes(5);
        var seed = Random.Shared.Next();
        report.Say($"{time.TotalSeconds:N0} s of {Workers} workers on {Connections} connections, seed {seed}.");
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions
        {
            Configure = services => services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Critical + 1)),
            ConnectionSettings = $"Application Name={Address}",
            Settings = new()
            {
                [$"Tenancy:Postgres:Servers:{Deployment.Server}:ConnectionBudget"] = $"{Budget}",
                [$"Tenancy:Postgres:Servers:{Deployment.Server}:SharedPoolSize"] = $"{Connections}",
                [$"Tenancy:Postgres:Servers:{Deployment.Server}:DatabasePoolSize"] = "2",
            },
        });
        var tenants = new List<Tenant>();
        for (var i = 0; i < 20; i++)
            tenants.Add(await ChaosOperations.FillAsync(deployment, i < 10 ? TenantIsolation.Row : i < 16 ? TenantIsolation.Schema : TenantIsolation.Database));

        var faults = new ChaosFaults(deployment.Options.AppLogin, Address, seed);
        var (foreign, done, answered) = (0L, 0L, 0L);
        var ended = new ConcurrentDictionary<string, int>();
        var clock = Stopwatch.StartNew();
        using var stop = new CancellationTokenSource();
        var harm = faults.RunAsync(time, restarts: quick ? 1 : 2, stop.Token);
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(async () =>
        {
            var random = new Random(seed + worker);
            while (clock.Elapsed < time)
            {
                var tenant = tenants[random.Next(tenants.Count)];
                var begun = Stopwatch.GetTimestamp();
                try
                {
                    using var scope = deployment.Tenants.Enter(tenant);
                    Interlocked.Add(ref foreign, await ChaosOperations.RunAsync(deployment, tenant, random));
                    Interlocked.Increment(ref answered);
                }
                catch (Exception e) when (e is NpgsqlException or OperationCanceledException or InvalidOperationException or IOException or TimeoutException)
                {
                    faults.Failed(e, begun);
                    ended.AddOrUpdate(e is PostgresException refused ? refused.SqlState : e.GetType().Name, 1, static (_, count) => count + 1);
                }

                Interlocked.Increment(ref done);
            }
        })));
        await stop.CancelAsync();
        await harm;
        report.Say($"{faults.Killed} backends killed, {faults.Restarts} restarts; {answered} answered; else: {string.Join(", ", ended.OrderByDescending(count => count.Value).Select(count => $"{count.Key} {count.Value}"))}.");
        report.Figure("chaos.foreign-rows", Spread.Of([foreign]));
        report.Figure("chaos.operations", Spread.Of([done]));
        report.Figure("chaos.max-connections", Spread.Of([faults.MostConnections]));
        report.Figure("chaos.recovery-seconds", Spread.Of([faults.SlowestRecovery.TotalSeconds]));
        report.Figure("chaos.leaked-leases", Spread.Of([await LeakedAsync(deployment)]));
        await ManyTenants.RunAsync(report, quick);
    }

    /// <summary>Connections that are neither idle nor closed, and places in tenants' shares that nobody gave back, once all have ended.</summary>
    static async Task<int> LeakedAsync(Deployment deployment)
    {
        // What was closed last still counts for some milliseconds.
        await Task.Delay(200);
        var server = deployment.Services.GetRequiredService<TenancyDiagnostics>().Snapshot(int.MaxValue).Single(server => server.Server == Deployment.Server);
        return server.Pools.Sum(pool => pool.Open - pool.Idle) + server.Tenants.Sum(tenant => tenant.Held) + server.Waiting
            + Math.Abs(server.Used - server.Pools.Sum(pool => pool.Open));
    }
}
