using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Tenancy.Postgres.Tests;

/// <summary>More tenants than connections, on a real server.</summary>
public sealed class BudgetTests
{
    /// <summary>The catalog's four are not the tenants'.</summary>
    const int Budget = 9;

    const int ForTenants = Budget - 4;

    const string Address = "budget-test";

    [Fact]
    public async Task Many_databases_are_served_within_the_budget_and_each_sees_its_own_rows()
    {
        await using var deployment = await StartAsync();
        var tenants = await TenantsAsync(deployment, databases: 9, schemas: 2, rows: 3);
        using var stop = new CancellationTokenSource();
        var watching = WatchAsync(deployment, stop.Token);
        var served = new ConcurrentDictionary<TenantId, int>();
        await Parallel.ForAsync(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            var tenant = tenants[i % tenants.Count];
            using var scope = deployment.Tenants.Enter(tenant);
            await using var connection = await deployment.Data.OpenConnectionAsync(CancellationToken.None);
            Assert.Equal(tenant.Slug.Value, await connection.Command("select string_agg(distinct mark, ',') from notes").ExecuteScalarAsync(CancellationToken.None));
            served.AddOrUpdate(tenant.Id, 1, (_, times) => times + 1);
        });
        await stop.CancelAsync();
        var (most, samples) = await watching;
        Assert.Equal(tenants.Count, served.Count);
        Assert.True(samples > 10, $"Only {samples} samples were taken.");
        // The server counts a backend for a moment after the client has gone.
        Assert.InRange(most, 2, ForTenants + 2);
        var snapshot = Snapshot(deployment);
        Assert.Equal(ForTenants, snapshot.Budget);
        Assert.InRange(snapshot.Used, 1, ForTenants);
        Assert.Equal(0, snapshot.Waiting);
    }

    [Fact]
    public async Task A_first_connection_under_a_full_budget_closes_one_that_is_idle()
    {
        await using var deployment = await StartAsync();
        var tenants = await TenantsAsync(deployment, databases: ForTenants + 1, schemas: 0, rows: 0);
        foreach (var tenant in tenants)
            await TouchAsync(deployment, tenant);
        var pools = Snapshot(deployment).Pools;
        Assert.Equal(ForTenants, pools.Sum(pool => pool.Open));
        Assert.DoesNotContain(pools, pool => pool.Database == Deployment.DatabaseOf(tenants[0]));
        Assert.Contains(pools, pool => pool.Database == Deployment.DatabaseOf(tenants[^1]));
        await TouchAsync(deployment, tenants[0]);
    }

    [Fact]
    public async Task Whoever_gets_none_in_time_is_told_which_setting_to_raise()
    {
        await using var deployment = await StartAsync(timeoutSeconds: 1);
        var tenants = await TenantsAsync(deployment, databases: ForTenants + 1, schemas: 0, rows: 0);
        var held = new List<TenantConnection>();
        foreach (var tenant in tenants.Take(ForTenants))
            held.Add(await OpenAsync(deployment, tenant));
        var refused = await Assert.ThrowsAsync<TenantConnectionTimeoutException>(() => OpenAsync(deployment, tenants[^1]));
        Assert.Equal(ForTenants, refused.Budget);
        Assert.Equal(0, refused.Waiting);
        Assert.InRange(refused.Waited, TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(20));
        Assert.Contains("Tenancy:Postgres:Servers:test-1:ConnectionBudget", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(tenants[^1].Slug.Value, refused.Message, StringComparison.Ordinal);
        // It holds none, so that it does not wait for itself.
        Assert.Equal(0, refused.Held);
        Assert.DoesNotContain("itself", refused.Message, StringComparison.Ordinal);

        // The synchronous way in waits as long, and says the same.
        using (deployment.Tenants.Enter(tenants[^1]))
            Assert.Throws<TenantConnectionTimeoutException>(() => deployment.Data.OpenConnection().Dispose());
        await held[0].DisposeAsync();
        await TouchAsync(deployment, tenants[^1]);
        foreach (var connection in held)
            await connection.DisposeAsync();
    }

    [Fact]
    public async Task A_tenant_that_holds_all_it_may_is_told_so()
    {
        await using var deployment = await StartAsync(timeoutSeconds: 1);
        var tenant = await deployment.CreateAsync(TenantIsolation.Row);
        var held = new List<TenantConnection>();
        for (var i = 0; i < ForTenants * 3 / 4; i++)
            held.Add(await OpenAsync(deployment, tenant));
        var refused = await Assert.ThrowsAsync<TenantConnectionTimeoutException>(() => OpenAsync(deployment, tenant));
        Assert.Contains("three quarters", refused.Message, StringComparison.Ordinal);
        await TouchAsync(deployment, await deployment.CreateAsync(TenantIsolation.Row));
        foreach (var connection in held)
            await connection.DisposeAsync();
    }

    [Fact]
    public async Task Waits_that_are_given_up_lose_no_connection()
    {
        await using var deployment = await StartAsync();
        var tenants = await TenantsAsync(deployment, databases: 7, schemas: 1, rows: 0);
        var seed = Random.Shared.Next();
        var given = 0;
        await Parallel.ForAsync(0, 600, new ParallelOptions { MaxDegreeOfParallelism = 24 }, async (i, _) =>
        {
            var random = new Random(seed + i);
            using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(random.Next(0, 40)));
            try
            {
                using var scope = deployment.Tenants.Enter(tenants[random.Next(tenants.Count)]);
                await using var connection = await deployment.Data.OpenConnectionAsync(patience.Token);
                await connection.Command("select pg_sleep(0.002)").ExecuteNonQueryAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                Interlocked.Increment(ref given);
            }
        });
        Assert.True(given > 10, $"Only {given} gave up; seed {seed}.");
        var snapshot = Snapshot(deployment);
        Assert.Equal(0, snapshot.Waiting);
        Assert.All(snapshot.Tenants, tenant => Assert.Equal(0, tenant.Held));
        Assert.All(snapshot.Pools, pool => Assert.Equal(pool.Open, pool.Idle));
        foreach (var tenant in tenants)
            await TouchAsync(deployment, tenant);
    }

    static Task<Deployment> StartAsync(int timeoutSeconds = 15) => Deployment.StartAsync(new DeploymentOptions
    {
        Settings = new()
        {
            [$"Tenancy:Postgres:Servers:{Deployment.Server}:ConnectionBudget"] = $"{Budget}",
            [$"Tenancy:Postgres:Servers:{Deployment.Server}:SharedPoolSize"] = $"{Budget}",
        },
        ConnectionSettings = $"Timeout={timeoutSeconds};Application Name={Address}",
    });

    static async Task<IReadOnlyList<Tenant>> TenantsAsync(Deployment deployment, int databases, int schemas, int rows)
    {
        var tenants = new List<Tenant>();
        for (var i = 0; i < databases + schemas; i++)
        {
            var tenant = await deployment.CreateAsync(i < databases ? TenantIsolation.Database : TenantIsolation.Schema);
            tenants.Add(tenant);
            await using var connection = await OpenAsync(deployment, tenant);
            await connection.Command("insert into notes (id, mark) select n, $1 from generate_series(1, $2) as n", tenant.Slug.Value, rows)
                .ExecuteNonQueryAsync();
        }

        return tenants;
    }

    static async Task<TenantConnection> OpenAsync(Deployment deployment, Tenant tenant)
    {
        using var scope = deployment.Tenants.Enter(tenant);
        return await deployment.Data.OpenConnectionAsync();
    }

    static async Task TouchAsync(Deployment deployment, Tenant tenant)
    {
        await using var connection = await OpenAsync(deployment, tenant);
        Assert.Equal(1, await connection.Command("select 1").ExecuteScalarAsync());
    }

    static ServerDiagnostics Snapshot(Deployment deployment) =>
        Assert.Single(deployment.Services.GetRequiredService<TenancyDiagnostics>().Snapshot(top: 100));

    /// <summary>The most connections of the tenants' logins that the server had at once.</summary>
    static async Task<(long Most, int Samples)> WatchAsync(Deployment deployment, CancellationToken stop)
    {
        await using var administrator = await PrivateCluster.OpenAsync(deployment.SharedDatabase);
        await using var count = new NpgsqlCommand(
            "select count(*) from pg_stat_activity where application_name = $1 and (usename = $2 or datname like 't\\_%')", administrator)
        {
            Parameters = { new() { Value = Address }, new() { Value = deployment.Options.AppLogin } },
        };
        var (most, samples) = (0L, 0);
        while (!stop.IsCancellationRequested)
        {
            most = Math.Max(most, (long)(await count.ExecuteScalarAsync(CancellationToken.None))!);
            samples++;
            await Task.Delay(5, CancellationToken.None);
        }

        return (most, samples);
    }
}
