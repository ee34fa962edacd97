using System.Collections.Concurrent;
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
    const int Clients = 64;
    const string Address = "router-budget";

    public static async Task RunAsync(Report report, bool quick, PgBouncer? pooler = null)
    {
        var name = pooler is null ? "router.budget" : "pgbouncer.budget";
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

        report.Say($"{rows} row + {schemas} schema + {databases} database tenants made in {clock.Elapsed.TotalSeconds:N0} s; Zipf(1), {Clients} clients, budget {Budget} (four of them the catalog's), {time.TotalSeconds:N0} s.");
        // Popularity has nothing to do with isolation.
        var ranked = tenants.OrderBy(tenant => tenant.Id.Value.GetHashCode()).ToArray();
        var zipf = new Zipf(ranked.Length);

        using var stop = new CancellationTokenSource();
        var watching = WatchAsync(stop.Token);
        var (done, errors, foreign) = await LoadAsync(deployment, ranked, zipf, time);
        await stop.CancelAsync();
        var (most, samples) = await watching;
        report.Say($"{done / time.TotalSeconds:N0} reads per second; {errors.Count} errors{(errors.IsEmpty ? "" : ": " + errors.First())}; {foreign} foreign rows; {samples} samples of pg_stat_activity.");
        report.Figure(name + ".max-connections", Spread.Of([most]));
        report.Figure(name + ".errors", Spread.Of([errors.Count + foreign]));
        report.Figure(name + ".reads-per-second", Spread.Of([done / time.TotalSeconds]));
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

    static async Task<(long Done, ConcurrentQueue<string> Errors, long Foreign)> LoadAsync(
        Deployment deployment, Tenant[] ranked, Zipf zipf, TimeSpan time)
    {
        var errors = new ConcurrentQueue<string>();
        var (done, foreign) = (0L, 0L);
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
        {
            var random = new Random(client);
            while (clock.Elapsed < time)
            {
                var tenant = ranked[zipf.Next(random)];
                try
                {
                    using var scope = deployment.Tenants.Enter(tenant);
                    await using var connection = await deployment.Data.OpenConnectionAsync();
                    await using var command = connection.CreateCommand();
                    command.CommandText = "select mark from notes where id = 1";
                    if ((string?)await command.ExecuteScalarAsync() != tenant.Slug.Value)
                        Interlocked.Increment(ref foreign);
                    Interlocked.Increment(ref done);
                }
                catch (Exception e) when (e is NpgsqlException or TimeoutException or InvalidOperationException)
                {
                    errors.Enqueue(e.Message);
                }
            }
        })));
        return (done, errors, foreign);
    }

    /// <summary>The most connections of the router's that the server had at once.</summary>
    static async Task<(long Most, int Samples)> WatchAsync(CancellationToken stop)
    {
        await using var administrator = await PrivateCluster.OpenAsync("postgres");
        await using var count = new NpgsqlCommand("select count(*) from pg_stat_activity where application_name = $1", administrator)
        {
            Parameters = { new() { Value = Address } },
        };
        var (most, samples) = (0L, 0);
        while (!stop.IsCancellationRequested)
        {
            most = Math.Max(most, (long)(await count.ExecuteScalarAsync(CancellationToken.None))!);
            samples++;
            await Task.Delay(10, CancellationToken.None);
        }

        return (most, samples);
    }
}
