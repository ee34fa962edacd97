using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Tenancy.TestKit;

namespace Tenancy.Benchmarks;

/// <summary>
/// Twenty tenants with the same ids on very few connections, while statements are cancelled, backends killed, and
/// transactions and readers abandoned: every row of every answer is checked.
/// </summary>
internal sealed class Chaos : IBenchmark
{
    const int Workers = 32;
    const int Connections = 4;
    const int Rows = 20;

    public string Name => "chaos";

    public string Summary => "twenty tenants on four connections that are cancelled, killed and abandoned: foreign rows seen";

    public async Task RunAsync(Report report, bool quick)
    {
        var operations = quick ? 3_000 : 30_000;
        var seed = Random.Shared.Next();
        report.Say($"{operations} operations by {Workers} workers on {Connections} connections, seed {seed}.");
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions
        {
            Configure = services => services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Critical)),
            Settings = new()
            {
                [$"Tenancy:Postgres:Servers:{Deployment.Server}:ConnectionBudget"] = $"{Connections + 4}",
                [$"Tenancy:Postgres:Servers:{Deployment.Server}:SharedPoolSize"] = $"{Connections}",
                [$"Tenancy:Postgres:Servers:{Deployment.Server}:DatabasePoolSize"] = "2",
            },
        });
        var tenants = new List<Tenant>();
        for (var i = 0; i < 20; i++)
            tenants.Add(await FillAsync(deployment, i < 10 ? TenantIsolation.Row : i < 16 ? TenantIsolation.Schema : TenantIsolation.Database));

        var (foreign, done) = (0L, 0L);
        var ended = new ConcurrentDictionary<string, int>();
        using var stop = new CancellationTokenSource();
        var killing = KillAsync(deployment, seed, stop.Token);
        await Parallel.ForAsync(0, operations, new ParallelOptions { MaxDegreeOfParallelism = Workers }, async (i, _) =>
        {
            var random = new Random(seed + i);
            var tenant = tenants[random.Next(tenants.Count)];
            try
            {
                using var scope = deployment.Tenants.Enter(tenant);
                Interlocked.Add(ref foreign, await OperateAsync(deployment, tenant, random));
                ended.AddOrUpdate("answered", 1, static (_, count) => count + 1);
            }
            catch (Exception e) when (e is NpgsqlException or OperationCanceledException or InvalidOperationException or IOException or TimeoutException)
            {
                ended.AddOrUpdate(e is PostgresException refused ? refused.SqlState : e.GetType().Name, 1, static (_, count) => count + 1);
            }

            Interlocked.Increment(ref done);
        });
        await stop.CancelAsync();
        var killed = await killing;
        report.Say($"{killed} backends killed; ended: {string.Join(", ", ended.OrderByDescending(count => count.Value).Select(count => $"{count.Key} {count.Value}"))}.");
        report.Figure("chaos.foreign-rows", Spread.Of([foreign]));
        report.Figure("chaos.operations", Spread.Of([done]));
        report.Figure("chaos.answered-share", Spread.Of([ended.GetValueOrDefault("answered") / (double)done]));
    }

    /// <summary>Does one thing of many, and returns how many foreign rows it saw.</summary>
    static async Task<int> OperateAsync(Deployment deployment, Tenant tenant, Random random)
    {
        using var patience = new CancellationTokenSource(random.Next(10) == 0 ? TimeSpan.FromMilliseconds(random.Next(1, 20)) : TimeSpan.FromSeconds(30));
        await using var connection = await deployment.Data.OpenConnectionAsync(patience.Token);
        switch (random.Next(6))
        {
            case 0:
                await using (var transaction = await connection.BeginTransactionAsync(patience.Token))
                {
                    var seen = await ReadAsync(connection, tenant, Rows, patience.Token);
                    await ExecuteAsync(connection, $"update notes set size = size + 1 where id = {random.Next(Rows)}", patience.Token);
                    if (random.Next(2) == 0)
                        await transaction.CommitAsync(patience.Token);
                    // Else it is abandoned, and rolled back when the connection is returned.
                    return seen;
                }

            case 1:
                await ExecuteAsync(connection, "select pg_sleep(0.005)", patience.Token);
                return await ReadAsync(connection, tenant, Rows, patience.Token);
            case 2:
                // A reader that is left open.
                return await ReadAsync(connection, tenant, random.Next(Rows), patience.Token);
            case 3:
                await using (var batch = connection.CreateBatch())
                {
                    batch.BatchCommands.Add("select mark from notes");
                    batch.BatchCommands.Add("select mark from notes where id = 1");
                    await using var reader = await batch.ExecuteReaderAsync(patience.Token);
                    var seen = 0;
                    do
                    {
                        while (await reader.ReadAsync(patience.Token))
                            seen += reader.GetString(0) == tenant.Slug.Value ? 0 : 1;
                    }
                    while (await reader.NextResultAsync(patience.Token));
                    return seen;
                }

            case 4:
                // An error, and what comes after it on the same connection.
                try
                {
                    await ExecuteAsync(connection, "select 1 / (id - id) from notes", patience.Token);
                }
                catch (PostgresException)
                {
                    // As meant.
                }

                return await ReadAsync(connection, tenant, Rows, patience.Token);
            default:
                return await ReadAsync(connection, tenant, Rows, patience.Token);
        }
    }

    /// <summary>Reads so many rows at most; a tenant has Rows of them, no more and no less.</summary>
    static async Task<int> ReadAsync(TenantConnection connection, Tenant tenant, int most, CancellationToken stop)
    {
        var command = connection.CreateCommand();
        command.CommandText = "select id, mark from notes order by id";
        var reader = await command.ExecuteReaderAsync(stop);
        var (foreign, seen) = (0, 0);
        while (seen < most && await reader.ReadAsync(stop))
            foreign += reader.GetString(1) == tenant.Slug.Value && reader.GetInt64(0) == seen++ ? 0 : 1;
        if (most < Rows)
            return foreign;
        if (await reader.ReadAsync(stop))
            foreign++;
        await reader.DisposeAsync();
        return foreign;
    }

    static async Task ExecuteAsync(TenantConnection connection, string statement, CancellationToken stop)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = statement;
        await command.ExecuteNonQueryAsync(stop);
    }

    static async Task<Tenant> FillAsync(Deployment deployment, TenantIsolation isolation)
    {
        var tenant = await deployment.CreateAsync(isolation);
        using var scope = deployment.Tenants.Enter(tenant);
        await using var connection = await deployment.Data.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "insert into notes (id, mark) select n, $1 from generate_series(0, $2) as n";
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = tenant.Slug.Value });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Rows - 1 });
        await command.ExecuteNonQueryAsync();
        return tenant;
    }

    /// <summary>Kills one backend of the tenants' logins every now and then.</summary>
    static async Task<int> KillAsync(Deployment deployment, int seed, CancellationToken stop)
    {
        var random = new Random(seed);
        await using var administrator = await PrivateCluster.OpenAsync("postgres");
        await using var kill = new NpgsqlCommand(
            "select count(pg_terminate_backend(pid)) from (select pid from pg_stat_activity where usename = $1 or usename like 't\\_%' order by random() limit 1) as one", administrator)
        {
            Parameters = { new() { Value = deployment.Options.AppLogin } },
        };
        var killed = 0L;
        while (!stop.IsCancellationRequested)
        {
            killed += (long)(await kill.ExecuteScalarAsync(CancellationToken.None))!;
            await Task.Delay(random.Next(50, 200), CancellationToken.None);
        }

        return (int)killed;
    }
}
