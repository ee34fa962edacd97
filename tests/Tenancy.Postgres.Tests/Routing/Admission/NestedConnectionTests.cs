using Microsoft.Extensions.DependencyInjection;

namespace Tenancy.Postgres.Tests;

/// <summary>Work that opens a connection while it has one, as many at once as there are connections.</summary>
public sealed class NestedConnectionTests
{
    const int ForTenants = 4;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Work_that_waits_for_its_own_like_is_told_so_and_leaves_every_connection_to_others(bool async)
    {
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions
        {
            Settings = new()
            {
                [$"Tenancy:Postgres:Servers:{Deployment.Server}:ConnectionBudget"] = $"{ForTenants + 4}",
                [$"Tenancy:Postgres:Servers:{Deployment.Server}:SharedPoolSize"] = $"{ForTenants}",
            },
            ConnectionSettings = "Timeout=1",
        });
        Tenant[] tenants = [await deployment.CreateAsync(TenantIsolation.Row), await deployment.CreateAsync(TenantIsolation.Schema)];
        var (missing, all) = (ForTenants, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var refused = (await Task.WhenAll(Enumerable.Range(0, ForTenants).Select(i => Task.Run(() => WorkAsync(tenants[i % 2]))))).OfType<TenantConnectionTimeoutException>().ToArray();

        // Whoever gave up first may have made room for the others.
        Assert.NotEmpty(refused);
        Assert.All(refused, e =>
        {
            Assert.InRange(e.Held, 1, ForTenants / 2 + 1);
            Assert.Contains($"The tenant itself holds {e.Held}", e.Message, StringComparison.Ordinal);
            Assert.Contains("close the first before the next is opened", e.Message, StringComparison.Ordinal);
        });
        var server = Assert.Single(deployment.Services.GetRequiredService<TenancyDiagnostics>().Snapshot(top: 10));
        Assert.Equal(0, server.Waiting);
        Assert.All(server.Tenants, tenant => Assert.Equal(0, tenant.Held));

        // The remedy: one after the other, and the same work goes through.
        await Parallel.ForAsync(0, 3 * ForTenants, new ParallelOptions { MaxDegreeOfParallelism = 2 * ForTenants }, async (i, _) =>
        {
            using var scope = deployment.Tenants.Enter(tenants[i % 2]);
            for (var times = 0; times < 2; times++)
            {
                await using var connection = await deployment.Data.OpenConnectionAsync(CancellationToken.None);
                Assert.Equal(0L, await connection.ScalarAsync("select count(*) from notes"));
            }
        });

        async Task<TenantConnectionTimeoutException?> WorkAsync(Tenant tenant)
        {
            using var scope = deployment.Tenants.Enter(tenant);
            await using var first = await deployment.Data.OpenConnectionAsync();
            if (Interlocked.Decrement(ref missing) == 0)
                all.SetResult();
            await all.Task;
            try
            {
                await using var second = async ? await deployment.Data.OpenConnectionAsync() : deployment.Data.OpenConnection();
                Assert.Equal(0L, await second.ScalarAsync("select count(*) from notes"));
                return null;
            }
            catch (TenantConnectionTimeoutException e)
            {
                return e;
            }
        }
    }
}
