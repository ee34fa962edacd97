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
}
