using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Tenancy.EntityFrameworkCore.Tests.Shop;
using Xunit.Abstractions;

namespace Tenancy.EntityFrameworkCore.Tests;

/// <summary>
/// Two contexts from one pool, used by two workers for one tenant after another, with cancellations in between: every row
/// that either reads is looked at. <c>TENANCY_SEED=…</c> repeats a run's choices.
/// </summary>
public sealed class AlternationTests(ShopFixture shops, ITestOutputHelper output) : IClassFixture<ShopFixture>
{
    const int Alternations = 100_000;

    /// <summary>How often a worker's call is cancelled while it runs: one in so many.</summary>
    const int CancelledOneIn = 40;

    static readonly Func<ShopContext, int, IAsyncEnumerable<string>> Names = EF.CompileAsyncQuery(
        (ShopContext shop, int id) => shop.Brands.Where(brand => brand.Id <= id).Select(brand => brand.Name));

    [Fact]
    public async Task A_hundred_thousand_alternations_read_no_foreign_row()
    {
        await using var provider = Provider();
        var result = await RunAsync(provider, Alternations, (tenant, work) => InTenantAsync(tenant, work));
        Assert.Empty(result.Foreign);
        Assert.Equal(Alternations, result.Alternations);
        Assert.True(result.Cancelled > Alternations / CancelledOneIn / 20, $"Only {result.Cancelled} calls were cancelled.");
        Assert.True(result.Rows > Alternations, $"Only {result.Rows} rows were read.");
    }

    /// <summary>The negative control: scopes that are mixed up now and then are found out.</summary>
    [Fact]
    public async Task Mixed_up_scopes_are_found()
    {
        await using var provider = Provider();
        var count = 0;
        var result = await RunAsync(provider, 2_000, (tenant, work) =>
            InTenantAsync(Interlocked.Increment(ref count) % 500 == 0 ? (tenant.Isolation, 1 - tenant.Shop) : tenant, work));
        Assert.NotEmpty(result.Foreign);
    }

    async Task<Result> RunAsync(
        ServiceProvider provider, int alternations, Func<(TenantIsolation Isolation, int Shop), Func<Task>, Task> enter)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("TENANCY_SEED"), CultureInfo.InvariantCulture, out var given)
            ? given : Environment.TickCount;
        output.WriteLine($"TENANCY_SEED={seed}");
        var result = new Result();
        await Task.WhenAll(Enumerable.Range(0, 2).Select(worker => Task.Run(async () =>
        {
            var random = new Random(seed + worker);
            var shop = worker;
            for (var i = 0; i < alternations / 2; i++)
            {
                // Always the other shop; its keys are the same, under whichever isolation.
                shop = 1 - shop;
                var tenant = ((TenantIsolation)random.Next(3), shop);
                await enter(tenant, () => UseAsync(provider, shop, random, result));
                Interlocked.Increment(ref result.Alternations);
            }
        })));
        output.WriteLine($"{result.Alternations} alternations, {result.Rows} rows, {result.Cancelled} cancelled, {result.Foreign.Count} foreign rows");
        return result;
    }

    static async Task UseAsync(ServiceProvider provider, int shop, Random random, Result result)
    {
        using var stop = new CancellationTokenSource();
        // Timers are coarser than a query takes, so that another thread counts the moment down.
        var (cancels, moment, sleeps) = (random.Next(CancelledOneIn) == 0, random.Next(6_000), random.Next(10) == 0);
        var cancelling = cancels ? Task.Run(() => { Thread.SpinWait(moment); stop.Cancel(); }) : Task.CompletedTask;
        await using var scope = provider.CreateAsyncScope();
        try
        {
            var context = scope.ServiceProvider.GetRequiredService<ShopContext>();
            if (cancels && sleeps)
                await context.Database.ExecuteSqlRawAsync("select pg_sleep(1)", stop.Token);
            var own = ShopFixture.Shops[shop].Mark;
            await foreach (var name in Names(context, 1 + random.Next(3)).WithCancellation(stop.Token))
            {
                Interlocked.Increment(ref result.Rows);
                if (!name.StartsWith(own, StringComparison.Ordinal))
                    result.Foreign.Add(name);
                // Some are left half read.
                if (random.Next(50) == 0)
                    break;
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Interlocked.Increment(ref result.Cancelled);
        }

        await cancelling;
    }

    async Task InTenantAsync((TenantIsolation Isolation, int Shop) tenant, Func<Task> work)
    {
        using var scope = shops.Deployment.Tenants.Enter(shops[tenant.Isolation, tenant.Shop]);
        await work();
    }

    ServiceProvider Provider() => new ServiceCollection()
        .AddSingleton(shops.Deployment.Data)
        .AddTenantDbContextPool<ShopContext>(poolSize: 2)
        .BuildServiceProvider(validateScopes: true);

    sealed class Result
    {
        public int Alternations;
        public int Rows;
        public int Cancelled;

        public System.Collections.Concurrent.ConcurrentBag<string> Foreign { get; } = [];
    }
}
