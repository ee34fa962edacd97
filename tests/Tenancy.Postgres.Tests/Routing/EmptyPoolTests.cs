using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace Tenancy.Postgres.Tests;

/// <summary>A process that has touched many databases keeps the pools of those it touched last.</summary>
public sealed class EmptyPoolTests(ITestOutputHelper output) : IAsyncLifetime
{
    const int Limit = 16;
    const int Budget = 4;
    const int Visits = 40;

    Deployment? _deployment;
    Tenant? _tenant;

    TenantRouter Router => _deployment!.Services.GetRequiredService<TenantRouter>();

    public async Task InitializeAsync()
    {
        _deployment = await Deployment.StartAsync(new DeploymentOptions
        {
            Budget = Budget,
            Settings = new() { ["Tenancy:Postgres:EmptyPoolLimit"] = $"{Limit}" },
        });
        _tenant = await _deployment.CreateAsync(TenantIsolation.Database);
    }

    public async Task DisposeAsync()
    {
        if (_deployment is not null)
            await _deployment.DisposeAsync();
    }

    [Fact]
    public async Task Pools_that_have_been_empty_for_longest_are_given_up_and_collected()
    {
        var first = await VisitAsync(0);
        var before = await PoolOfTenantAsync();
        var clock = System.Diagnostics.Stopwatch.StartNew();
        for (var database = 1; database <= Visits; database++)
        {
            await VisitAsync(database);
            // Those that have connections, of which there are no more than the budget allows, come on top.
            Assert.InRange(Router.PoolCount, 1, Limit + Budget + 9 + 1);
        }

        output.WriteLine($"A pool was made and proven in {clock.Elapsed.TotalMilliseconds / Visits:0.0} ms.");
        Assert.NotSame(before.Target, (await PoolOfTenantAsync()).Target);
        for (var tries = 0; tries < 20 && (first.IsAlive || before.IsAlive); tries++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Delay(20);
        }

        Assert.False(first.IsAlive || before.IsAlive, "A pool that was given up is still held.");
    }

    [Fact]
    public async Task A_pool_that_is_given_up_while_somebody_turns_to_it_sends_him_to_its_successor()
    {
        var settings = Settings(0);
        var pool = await Router.PoolAsync(settings, _tenant!.Id, async: true, CancellationToken.None);
        for (var database = 1; database <= Visits; database++)
            await VisitAsync(database);
        Assert.True(pool.IsClosed);
        var share = pool.Budget.ShareOf(_tenant.Id);
        foreach (var async in new[] { true, false })
        {
            var session = async ? await pool.LeaseAsync(share, CancellationToken.None) : pool.Lease(share);
            Assert.NotSame(pool, session.Pool);
            Assert.True(session.IsReady);
            await pool.ReturnAsync(session, async);
            Assert.Null(session.Share);
        }
    }

    [Fact]
    public async Task Nothing_fails_and_nothing_is_lost_while_pools_come_and_go_under_load()
    {
        var share = Router.Route(_tenant!).Share;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            var random = new Random(worker);
            for (var i = 0; i < 15; i++)
            {
                var pool = await Router.PoolAsync(Settings(random.Next(32)), _tenant!.Id, async: true, CancellationToken.None);
                var session = await pool.LeaseAsync(share, CancellationToken.None);
                Assert.True(session.IsReady);
                await pool.ReturnAsync(session, async: true);
            }
        })));
        Assert.Equal(0, share.Held);
        var server = _deployment!.Services.GetRequiredService<TenancyDiagnostics>().Snapshot()[0];
        Assert.InRange(server.Used, 0, server.Budget);
        Assert.Equal(server.Pools.Sum(pool => pool.Idle), server.Pools.Sum(pool => pool.Open));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    async Task<WeakReference> VisitAsync(int database)
    {
        var pool = await Router.PoolAsync(Settings(database), _tenant!.Id, async: true, CancellationToken.None);
        await pool.ReturnAsync(await pool.LeaseAsync(pool.Budget.ShareOf(_tenant.Id), CancellationToken.None), async: true);
        return new WeakReference(pool);
    }

    /// <summary>Through the front door, as a request comes.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    async Task<WeakReference> PoolOfTenantAsync()
    {
        using var scope = _deployment!.Tenants.Enter(_tenant!);
        await using var connection = await _deployment.Data.OpenConnectionAsync();
        Assert.Equal(1, await connection.ScalarAsync("select 1"));
        return new WeakReference((await Router.RouteAsync(_tenant!, CancellationToken.None)).Pool);
    }

    /// <summary>As many pools as databases, on one database: to the router they differ by their key.</summary>
    PoolSettings Settings(int database)
    {
        var real = _deployment!.Services.GetRequiredService<IsolationStrategies>()[TenantIsolation.Database].PoolFor(_tenant!.Id, _tenant.Placement);
        return real with { Key = real.Key with { Database = $"database-{database}" } };
    }
}
