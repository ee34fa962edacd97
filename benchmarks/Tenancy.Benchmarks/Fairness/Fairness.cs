using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Tenancy.TestKit;

namespace Tenancy.Benchmarks;

/// <summary>
/// One tenant with a hundred times the load of twenty others, on eight connections: how much longer the others wait than
/// without it. The statements sleep, so that connections are short and the processor is not.
/// </summary>
internal sealed class Fairness : IBenchmark
{
    const int Connections = 8;
    const int Victims = 20;
    const double VictimRate = 8;

    static readonly TimeSpan Work = TimeSpan.FromMilliseconds(10);

    public string Name => "fairness";

    public string Summary => "twenty tenants beside one with a hundred times their load, on eight connections";

    public async Task RunAsync(Report report, bool quick)
    {
        await using var deployment = await StartAsync();
        await using var shared = NpgsqlDataSource.Create(Deployment.ConnectionString(deployment.SharedDatabase, "tenancy_app") + $";Maximum Pool Size={Connections};Max Auto Prepare=10");
        var victims = await TenantsAsync(deployment, Victims);
        var aggressor = (await TenantsAsync(deployment, 1))[0];
        // Long enough for two thousand samples.
        var (rounds, time) = quick ? (2, TimeSpan.FromSeconds(5)) : (5, TimeSpan.FromSeconds(13));
        var ways = new (string Name, Func<Tenant, TimeSpan, Task> Work)[]
        {
            ("routed", (tenant, work) => RoutedAsync(deployment, tenant, work)),
            ("a plain shared pool", (_, work) => PlainAsync(shared, work)),
        };
        foreach (var (name, way) in ways)
        {
            foreach (var dearer in new[] { 1, 20 })
            {
                var ratios = new List<double>();
                var worst = new List<double>();
                for (var round = 0; round < rounds; round++)
                {
                    var alone = await RoundAsync(victims, null, way, dearer, time);
                    var beside = await RoundAsync(victims, aggressor, way, dearer, time);
                    ratios.Add(OpenLoop.P99(beside.Values.SelectMany(times => times)) / OpenLoop.P99(alone.Values.SelectMany(times => times)));
                    worst.Add(victims.Max(victim => OpenLoop.P99(beside[victim.Id]) / OpenLoop.P99(alone[victim.Id])));
                }

                report.Say($"{name}, aggressor's statements {dearer} times as dear: victims' p99 {Spread.Of(ratios).Median:0.00} times alone, the worst victim's {Spread.Of(worst).Median:0.00} times.");
                report.Figure($"fairness.{(name == "routed" ? "" : "plain-pool.")}victim-p99-ratio{(dearer == 1 ? "" : ".dear")}", Spread.Of(ratios));
            }
        }

        await JainAsync(report, deployment, victims, time);
    }

    /// <summary>All want more than there is, the last twenty times as much as the first.</summary>
    static async Task JainAsync(Report report, Deployment deployment, IReadOnlyList<Tenant> tenants, TimeSpan time)
    {
        var before = Held(deployment);
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(tenants.SelectMany((tenant, i) => Enumerable.Range(0, 2 * (i + 1)).Select(_ => Task.Run(async () =>
        {
            while (clock.Elapsed < time)
                await RoutedAsync(deployment, tenant, Work);
        }))));
        var after = Held(deployment);
        var held = tenants.Select(tenant => (after[tenant.Id] - before.GetValueOrDefault(tenant.Id)).TotalSeconds).ToArray();
        report.Figure("fairness.jain", Spread.Of([held.Sum() * held.Sum() / (held.Length * held.Sum(value => value * value))]));
        report.Figure("fairness.slots-used", Spread.Of([held.Sum() / (clock.Elapsed.TotalSeconds * Connections)]));
    }

    static Dictionary<TenantId, TimeSpan> Held(Deployment deployment) =>
        deployment.Services.GetRequiredService<TenancyDiagnostics>().Snapshot(top: 100)[0].Tenants.ToDictionary(tenant => tenant.Tenant, tenant => tenant.HeldTime);

    static async Task<Dictionary<TenantId, ConcurrentQueue<double>>> RoundAsync(
        IReadOnlyList<Tenant> victims, Tenant? aggressor, Func<Tenant, TimeSpan, Task> way, int dearer, TimeSpan time)
    {
        var times = victims.ToDictionary(victim => victim.Id, _ => new ConcurrentQueue<double>());
        var clock = Stopwatch.StartNew();
        var load = victims.Select((victim, i) => OpenLoop.RunAsync(i, VictimRate, clock, time, async () =>
        {
            var began = Stopwatch.GetTimestamp();
            await way(victim, Exponential(Work));
            times[victim.Id].Enqueue(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }));
        if (aggressor is not null)
        {
            // As many clients as a hundred times the load would need, each asking again at once.
            load = load.Concat(Enumerable.Range(0, 100).Select(_ => Task.Run(async () =>
            {
                while (clock.Elapsed < time)
                    await way(aggressor, Exponential(Work * dearer));
            })));
        }

        await Task.WhenAll(load);
        return times;
    }

    static async Task RoutedAsync(Deployment deployment, Tenant tenant, TimeSpan work)
    {
        using var scope = deployment.Tenants.Enter(tenant);
        await using var connection = await deployment.Data.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "select pg_sleep($1)";
        command.Parameters.Add(new NpgsqlParameter<double> { TypedValue = work.TotalSeconds });
        await command.ExecuteNonQueryAsync();
    }

    static async Task PlainAsync(NpgsqlDataSource shared, TimeSpan work)
    {
        await using var connection = await shared.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "select pg_sleep($1)";
        command.Parameters.Add(new NpgsqlParameter<double> { TypedValue = work.TotalSeconds });
        await command.ExecuteNonQueryAsync();
    }

    static Task<Deployment> StartAsync() => Deployment.StartAsync(new DeploymentOptions
    {
        Configure = services => services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Error)),
        ConnectionSettings = "Timeout=60",
        Settings = new()
        {
            [$"Tenancy:Postgres:Servers:{Deployment.Server}:ConnectionBudget"] = $"{Connections + 4}",
            [$"Tenancy:Postgres:Servers:{Deployment.Server}:SharedPoolSize"] = $"{Connections}",
        },
    });

    static async Task<IReadOnlyList<Tenant>> TenantsAsync(Deployment deployment, int count)
    {
        var tenants = new List<Tenant>();
        for (var i = 0; i < count; i++)
            tenants.Add(await deployment.CreateAsync(TenantIsolation.Row));
        return tenants;
    }

    static TimeSpan Exponential(TimeSpan mean) => mean * -Math.Log(1 - Random.Shared.NextDouble());
}
