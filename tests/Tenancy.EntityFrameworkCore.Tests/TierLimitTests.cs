using Microsoft.EntityFrameworkCore;

namespace Tenancy.EntityFrameworkCore.Tests;

/// <summary>The limits of a tier hold for EF Core's queries, and the context goes on after them.</summary>
public sealed class TierLimitTests
{
    [Fact]
    public async Task A_result_that_is_too_large_is_refused_and_the_context_goes_on()
    {
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions
        {
            Settings = new() { ["Tenancy:Tiers:small:Queries:MaxResultBytes"] = "1000000", ["Tenancy:Tiers:small:Queries:MaxConcurrentOverall"] = "2" },
        });
        var tenant = await deployment.Lifecycle.CreateAsync(new TenantSpecification(TenantSlug.Parse("acme"), "A tenant", "small"));
        using var scope = deployment.Tenants.Enter(tenant);
        await using var context = new DbContext(new DbContextOptionsBuilder().UseTenancy(deployment.Data).Options);
        IQueryable<string> Texts(int rows) => context.Database.SqlQueryRaw<string>("select repeat('x', 1000) as \"Value\" from generate_series(1, {0})", rows);
        await Assert.ThrowsAsync<TenantResultTooLargeException>(() => Texts(100_000).ToListAsync());
        Assert.Equal(900, (await Texts(900).ToListAsync()).Count);
        await using (var transaction = await context.Database.BeginTransactionAsync())
        {
            await Assert.ThrowsAsync<TenantResultTooLargeException>(async () =>
            {
                await foreach (var _ in Texts(100_000).AsAsyncEnumerable()) { }
            });
        }

        Assert.Equal(100_000, await Texts(100_000).CountAsync());
    }

    /// <summary>EF Core opens a closed connection again by itself, and has forgotten the transaction by then.</summary>
    [Fact]
    public async Task What_follows_a_transaction_that_was_refused_a_slot_is_not_committed_by_itself()
    {
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions
        {
            ConnectionSettings = "Timeout=2",
            Settings = new() { ["Tenancy:Tiers:small:Queries:MaxConcurrentOverall"] = "1" },
        });
        await using var second = await Deployment.StartAsync(deployment.Options.Again());
        var tenant = await deployment.Lifecycle.CreateAsync(new TenantSpecification(TenantSlug.Parse("acme"), "A tenant", "small"));
        await second.Catalog.RefreshAsync();
        using var one = deployment.Tenants.Enter(tenant);
        using var other = second.Tenants.Enter(tenant);
        await using var holder = await deployment.Data.OpenConnectionAsync();
        await using var holding = await holder.BeginTransactionAsync();
        await ScalarAsync(holder, "select 1");
        await using var context = new DbContext(new DbContextOptionsBuilder().UseTenancy(second.Data).Options);
        await using (var transaction = await context.Database.BeginTransactionAsync())
        {
            await Assert.ThrowsAsync<TenantConcurrencyException>(() => context.Database.ExecuteSqlRawAsync("insert into notes (id, mark) values (900, 'first')"));
            await holding.RollbackAsync();
            await Assert.ThrowsAsync<InvalidOperationException>(() => context.Database.ExecuteSqlRawAsync("insert into notes (id, mark) values (901, 'alone')"));
            await transaction.RollbackAsync();
        }

        Assert.Equal(0L, await ScalarAsync(holder, "select count(*) from notes where id in (900, 901)"));
        Assert.Equal(1, await context.Database.ExecuteSqlRawAsync("insert into notes (id, mark) values (902, 'after')"));
    }

    [Fact]
    public async Task Nor_what_follows_one_that_got_no_other_connection()
    {
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions { Budget = 1, ConnectionSettings = "Timeout=2" });
        var tenant = await deployment.CreateAsync(TenantIsolation.Row);
        using var scope = deployment.Tenants.Enter(tenant);
        await using var context = new DbContext(new DbContextOptionsBuilder().UseTenancy(deployment.Data).Options);
        await context.Database.ExecuteSqlRawAsync("select 1");
        await using (var transaction = await context.Database.BeginTransactionAsync())
        {
            await PrivateCluster.ExecuteAsync(tenant.Placement.Database,
                "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'");
            // It is next in line for what the statement gives up.
            var next = deployment.Data.OpenConnectionAsync().AsTask();
            await Assert.ThrowsAsync<TenantConnectionTimeoutException>(() => context.Database.ExecuteSqlRawAsync("insert into notes (id, mark) values (900, 'first')"));
            await (await next).DisposeAsync();
            await Assert.ThrowsAsync<InvalidOperationException>(() => context.Database.ExecuteSqlRawAsync("insert into notes (id, mark) values (901, 'alone')"));
            await transaction.RollbackAsync();
        }

        Assert.Equal(1, await context.Database.ExecuteSqlRawAsync("insert into notes (id, mark) values (902, 'after')"));
        await using var look = await deployment.Data.OpenConnectionAsync();
        Assert.Equal(0L, await ScalarAsync(look, "select count(*) from notes where id in (900, 901)"));
    }

    static async Task<object?> ScalarAsync(TenantConnection connection, string text)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = text;
        return await command.ExecuteScalarAsync();
    }
}
