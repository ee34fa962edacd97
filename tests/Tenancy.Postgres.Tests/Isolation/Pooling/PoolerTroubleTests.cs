using System.Collections.Concurrent;
using System.Diagnostics;
using Npgsql;

namespace Tenancy.Postgres.Tests;

/// <summary>Waits and losses behind PgBouncer: what can be waited for or sent again is, and no row goes astray.</summary>
public sealed class PoolerTroubleTests
{
    [Fact]
    public async Task A_place_that_the_pooler_lacks_is_waited_for()
    {
        await using var pooler = await PgBouncer.StartAsync();
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions { Pooler = pooler });
        var tenant = await deployment.CreateAsync(TenantIsolation.Row);
        var services = Enumerable.Range(0, 6).Select(_ => pooler.OpenAsync(deployment.SharedDatabase, deployment.Options.AppLogin));
        var others = await Task.WhenAll(services);
        await pooler.ReloadAsync("max_client_conn", "4");
        using var scope = deployment.Tenants.Enter(tenant);
        // One that the deployment has is idle; the second must be opened, and there is no place.
        await using var first = await deployment.Data.OpenConnectionAsync();
        await using var second = await deployment.Data.OpenConnectionAsync();

        var third = Task.Run(async () =>
        {
            await using var connection = await deployment.Data.OpenConnectionAsync();
            return await connection.ScalarAsync("select 3");
        });
        await Task.Delay(150);
        Assert.False(third.IsCompleted);
        foreach (var other in others)
            await other.DisposeAsync();

        Assert.Equal(3, await third);
    }

    [Fact]
    public async Task Sessions_that_only_read_are_refused_since_the_pooler_would_refuse_what_they_begin_with()
    {
        await using var pooler = await PgBouncer.StartAsync();
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions { Pooler = pooler });
        using var scope = deployment.Tenants.Enter(await deployment.CreateAsync(TenantIsolation.Row));
        var refusal = await Assert.ThrowsAsync<NotSupportedException>(async () => await deployment.Data.ReadOnly.OpenConnectionAsync());
        Assert.Contains("Read through TenantDataSource itself", refusal.Message, StringComparison.Ordinal);
        await using var ordinary = await deployment.Data.OpenConnectionAsync();
        Assert.Equal(1, await ordinary.ScalarAsync("select 1"));
    }

    [Fact]
    public async Task A_session_that_the_pooler_lacks_is_asked_for_once_more()
    {
        await using var pooler = await PgBouncer.StartAsync(new Dictionary<string, string> { ["default_pool_size"] = "1", ["query_wait_timeout"] = "1" });
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions { Pooler = pooler });
        var tenant = await deployment.CreateAsync(TenantIsolation.Row);
        using var scope = deployment.Tenants.Enter(tenant);
        await using var connection = await deployment.Data.OpenConnectionAsync();
        await using var other = await pooler.OpenAsync(deployment.SharedDatabase, deployment.Options.AppLogin);
        await using var busy = await other.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand("select 1", other))
            await command.ExecuteNonQueryAsync();

        var insert = connection.Command("insert into notes (id, mark) values (1, 'waited')").ExecuteNonQueryAsync();
        // PgBouncer looks whose time is over three times a second.
        await Task.Delay(1_700);
        Assert.False(insert.IsCompleted);
        await busy.RollbackAsync();

        Assert.Equal(1, await insert);
        Assert.Equal(1L, await connection.ScalarAsync("select count(*) from notes"));
        Assert.Contains(deployment.Options.Logs.Messages, message => message.Contains("(no session in time)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Work_with_a_connection_of_the_drivers_leaves_nothing_to_the_next()
    {
        await using var pooler = await PgBouncer.StartAsync(new Dictionary<string, string> { ["default_pool_size"] = "1" });
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions { Pooler = pooler });
        var tenant = await deployment.CreateAsync(TenantIsolation.Row);
        using var scope = deployment.Tenants.Enter(tenant);
        var left = await deployment.Data.UseNpgsqlAsync(async (npgsql, stop) =>
        {
            await using var command = new NpgsqlCommand("set work_mem = '64kB'", npgsql);
            await command.ExecuteNonQueryAsync(stop);
            command.CommandText = "select pg_backend_pid()";
            return (int)(await command.ExecuteScalarAsync(stop))!;
        });
        await using var connection = await deployment.Data.OpenConnectionAsync();
        Assert.NotEqual(left, await connection.ScalarAsync("select pg_backend_pid()"));
        Assert.NotEqual("64kB", await connection.ScalarAsync("show work_mem"));
    }

    /// <summary>Sessions killed, the pooler reloaded and ended under load: errors there may be, foreign rows there may not.</summary>
    [Fact]
    public async Task Under_kills_reloads_and_restarts_no_foreign_row_is_seen_and_work_goes_on()
    {
        await using var pooler = await PgBouncer.StartAsync(new Dictionary<string, string> { ["default_pool_size"] = "3" });
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions { Pooler = pooler, Budget = 6 });
        var tenants = new List<Tenant>();
        foreach (var isolation in Enum.GetValues<TenantIsolation>())
        {
            for (var i = 0; i < 2; i++)
            {
                tenants.Add(await deployment.CreateAsync(isolation));
                await ReadAsync(deployment, tenants[^1], "insert into notes (id, mark) values (1, $1) returning mark");
            }
        }

        var time = Environment.GetEnvironmentVariable("TENANCY_NIGHTLY") == "1" ? TimeSpan.FromMinutes(10) : TimeSpan.FromSeconds(4);
        var (reads, errors) = (0L, new ConcurrentQueue<Exception>());
        var clock = Stopwatch.StartNew();
        var load = Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            var random = new Random(worker);
            while (clock.Elapsed < time)
            {
                var tenant = tenants[random.Next(tenants.Count)];
                try
                {
                    Assert.Equal(tenant.Slug.Value, await ReadAsync(deployment, tenant, "select mark from notes where $1 = $1"));
                    Interlocked.Increment(ref reads);
                }
                catch (NpgsqlException e)
                {
                    errors.Enqueue(e);
                }
            }
        })));
        for (var step = 0; clock.Elapsed < time - TimeSpan.FromSeconds(1); step++)
        {
            await PrivateCluster.ExecuteAsync("postgres",
                $"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{deployment.SharedDatabase}' and usename = '{deployment.Options.AppLogin}' limit 2");
            await pooler.ReloadAsync("default_pool_size", (step % 3 + 1).ToString(System.Globalization.CultureInfo.InvariantCulture));
            if (step % 4 == 3)
                await pooler.RestartAsync();
            await Task.Delay(200);
        }

        await load;
        foreach (var tenant in tenants)
            Assert.Equal(tenant.Slug.Value, await ReadAsync(deployment, tenant, "select mark from notes where $1 = $1"));
        Assert.True(reads > 200, $"Only {reads} reads went through; {errors.Count} errors, the first: {errors.FirstOrDefault()?.Message}");
        Assert.True(errors.Count < reads / 2, $"{errors.Count} errors in {reads} reads, the first: {errors.FirstOrDefault()?.Message}");
    }

    static async Task<string?> ReadAsync(Deployment deployment, Tenant tenant, string sql)
    {
        using var scope = deployment.Tenants.Enter(tenant);
        await using var connection = await deployment.Data.OpenConnectionAsync();
        await using var command = connection.Command(sql, tenant.Slug.Value);
        return (string?)await command.ExecuteScalarAsync();
    }
}
