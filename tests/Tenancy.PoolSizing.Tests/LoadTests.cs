using Tenancy.TestKit;

namespace Tenancy.PoolSizing.Tests;

/// <summary>The load on a real router: it notices a foreign row, and it hides no wait.</summary>
public sealed class LoadTests : IAsyncLifetime
{
    static readonly SizingOptions Options = new()
    {
        Budgets = [2, 8], Tenants = [3], Isolations = [FleetKind.Row], Loads = [LoadLevel.Rate(100)],
        Duration = TimeSpan.FromSeconds(1), WarmUp = TimeSpan.FromMilliseconds(200),
    };

    SizingDeployment _sizing = null!;
    Fleet _fleet = null!;

    public async Task InitializeAsync()
    {
        _sizing = await SizingDeployment.StartAsync(Options, dropDatabases: true);
        _fleet = await Fleet.CreateAsync(_sizing.Deployment, Options, () => { }, CancellationToken.None);
    }

    public async Task DisposeAsync() => await _sizing.DisposeAsync();

    [Theory]
    [InlineData("point")]
    [InlineData("page")]
    [InlineData("sleep:1ms")]
    public async Task Every_kind_of_work_tells_its_own_rows_from_anothers(string name)
    {
        var tenants = _fleet.Of(FleetKind.Row, 2);
        var work = WorkMix.Parse(name)!.Next(new Random(1));
        using var scope = _sizing.Deployment.Tenants.Enter(tenants[0]);
        await using var connection = await _sizing.Deployment.Data.OpenConnectionAsync();
        Assert.True(await work.RunAsync(connection, tenants[0].Slug.Value, new Random(1), CancellationToken.None));
        Assert.False(await work.RunAsync(connection, tenants[1].Slug.Value, new Random(1), CancellationToken.None));
        await PrivateCluster.ExecuteAsync(_sizing.Deployment.SharedDatabase, $"update app.items set title = '{tenants[1].Slug} ' || id where tenant_id = '{tenants[0].Id}'");
        Assert.False(await work.RunAsync(connection, tenants[0].Slug.Value, new Random(1), CancellationToken.None));
    }

    [Fact]
    public async Task An_open_load_comes_at_its_rate_and_one_that_cannot_be_served_shows_in_its_latency()
    {
        var served = await RunAsync(Options with { Work = WorkMix.Parse("sleep:5ms")! }, budget: 8);
        Assert.InRange(served.Offered, 70, 130);
        Assert.InRange(served.Throughput, served.Offered * 0.6, served.Offered * 1.4);

        // Two connections answer 20 a second, and 100 come: who comes last waits for seconds.
        var beyond = await RunAsync(Options with { Work = WorkMix.Parse("sleep:100ms")! }, budget: 2);
        Assert.InRange(beyond.Offered, 70, 130);
        Assert.InRange(beyond.Throughput, 1, 25);
        Assert.InRange(beyond.P99, 2000, 10_000);
        // A lease counts whole where it ends, also what lay before the measurement.
        Assert.InRange(beyond.Busy, 1.4, 2.5);
        Assert.Equal(0, beyond.Foreign);
    }

    async Task<Measurement> RunAsync(SizingOptions options, int budget)
    {
        using var counters = new RouterCounters(_sizing.Deployment);
        var point = new SweepPoint(new SeriesKey(FleetKind.Row, LoadLevel.Rate(100), 3), budget);
        return (await new PointRun(_sizing, _fleet, counters, options).RunAsync(point, 1, CancellationToken.None)).Measurement;
    }
}
