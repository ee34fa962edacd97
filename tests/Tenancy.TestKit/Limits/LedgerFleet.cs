using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Tenancy.TestKit;

/// <summary>Several processes' worth of limiters over one PostgreSQL, each with a ledger connection and loop of its own.</summary>
public sealed class LedgerFleet : IAsyncDisposable
{
    readonly List<Deployment> _nodes = [];

    public IReadOnlyList<Deployment> Nodes => _nodes;

    public Tenant Tenant { get; private set; } = null!;

    public long Calls => _nodes.Sum(node => Book(node).Calls);

    public static async Task<LedgerFleet> StartAsync(int nodes, string mode, string limits, params (string Key, string Value)[] settings)
    {
        var fleet = new LedgerFleet();
        var options = new DeploymentOptions
        {
            Settings = new Dictionary<string, string?> { ["Tenancy:Limits:Mode"] = mode },
        };
        foreach (var (key, value) in settings)
            options.Settings[key] = value;
        for (var node = 0; node < nodes; node++)
            fleet._nodes.Add(await Deployment.StartAsync(node == 0 ? options : options.Again()));
        fleet.Tenant = await fleet.CreateAsync("hot", limits);
        return fleet;
    }

    public async Task<Tenant> CreateAsync(string slug, string limits)
    {
        var tenant = await _nodes[0].Lifecycle.CreateAsync(new TenantSpecification(TenantSlug.Parse(slug), "A tenant", "any")
        {
            Settings = TenantSettings.Parse($$"""{"limits":{{limits}}}"""),
        });
        foreach (var node in _nodes)
            await node.Catalog.RefreshAsync();
        return tenant;
    }

    public static ITenantLimits Limits(Deployment node) => node.Services.GetRequiredService<ITenantLimits>();

    /// <summary>Whether a process knows that it cannot reach the ledger.</summary>
    public static bool IsAway(Deployment node) => Book(node).IsAway;

    static LeaseBook Book(Deployment node) => node.Services.GetRequiredService<LeaseBook>();

    /// <summary>Until every process knows of every other.</summary>
    public async Task MeetAsync()
    {
        for (var round = 0; round < 200 && _nodes.Any(node => Book(node).Nodes != _nodes.Count); round++)
        {
            foreach (var node in _nodes)
                await Limits(node).AcquireAsync(Tenant, "meeting", 0);
            await Task.Delay(25);
        }

        if (_nodes.Any(node => Book(node).Nodes != _nodes.Count))
            throw new InvalidOperationException("The processes did not learn of each other in time.");
        // In strict mode nothing is leased ahead before that.
        await Task.Delay(400);
    }

    /// <summary>Offers requests at a rate to each process for a while, and says when each was admitted.</summary>
    public async Task<LedgerRun> OfferAsync(TimeSpan time, Func<int, double, double> perSecond, double atOnce = 1000)
    {
        var calls = Calls;
        using var lag = new LedgerLoad.Lag();
        var clock = Stopwatch.StartNew();
        var admitted = await Task.WhenAll(_nodes.Select((node, index) => Task.Run(async () =>
        {
            var limits = Limits(node);
            var times = new List<double>();
            var offered = await LedgerLoad.OfferAsync(limits, Tenant, clock, time, now => perSecond(index, now), atOnce, () =>
            {
                lock (times)
                    times.Add(clock.Elapsed.TotalSeconds);
            });
            return (offered, times);
        })));
        return new LedgerRun(admitted.SelectMany(node => node.times).Order().ToArray(), admitted.Sum(node => node.offered), Calls - calls, clock.Elapsed.TotalSeconds, lag.Seconds);
    }

    /// <summary>Stops a process in good order.</summary>
    public async Task StopAsync(int node)
    {
        await _nodes[node].DisposeAsync();
        _nodes.RemoveAt(node);
    }

    public async ValueTask DisposeAsync()
    {
        for (var node = _nodes.Count - 1; node >= 0; node--)
            await _nodes[node].DisposeAsync();
    }
}

/// <summary>What was admitted, by second of the run.</summary>
public sealed record LedgerRun(double[] Admitted, long Offered, long Calls, double Seconds, double Lag)
{
    public double TripsPerRequest => (double)Calls / Offered;

    /// <summary>The most that was ever admitted above burst and rate, over all windows.</summary>
    public double Excess(double burst, double rate)
    {
        var (most, least) = (double.MinValue, double.MaxValue);
        for (var i = 0; i < Admitted.Length; i++)
        {
            // Of windows that end here, the worst begins where this was least.
            least = Math.Min(least, i - rate * Admitted[i]);
            most = Math.Max(most, i + 1 - rate * Admitted[i] - least - burst);
        }

        return most;
    }
}
