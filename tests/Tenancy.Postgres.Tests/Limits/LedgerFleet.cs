using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Tenancy.Postgres.Tests;

/// <summary>Several processes' worth of limiters over one PostgreSQL, each with a ledger connection and loop of its own.</summary>
internal sealed class LedgerFleet : IAsyncDisposable
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

    public static LeaseBook Book(Deployment node) => node.Services.GetRequiredService<LeaseBook>();

    /// <summary>Until every process knows of every other.</summary>
    public async Task MeetAsync()
    {
        for (var round = 0; round < 200 && _nodes.Any(node => Book(node).Nodes != _nodes.Count); round++)
        {
            foreach (var node in _nodes)
                await Limits(node).AcquireAsync(Tenant, "meeting", 0);
            await Task.Delay(25);
        }

        Assert.All(_nodes, node => Assert.Equal(_nodes.Count, Book(node).Nodes));
        // In strict mode nothing is leased ahead before that.
        await Task.Delay(400);
    }

    /// <summary>Offers requests at a rate to each process for a while, and says when each was admitted.</summary>
    public async Task<LedgerRun> OfferAsync(TimeSpan time, Func<int, double, double> perSecond, double atOnce = 1000)
    {
        var calls = Calls;
        var clock = Stopwatch.StartNew();
        var admitted = await Task.WhenAll(_nodes.Select((node, index) => Task.Run(async () =>
        {
            var limits = Limits(node);
            var times = new List<double>();
            var (offered, due, last) = (0L, 0d, 0d);
            var waiting = new List<Task>();
            while (clock.Elapsed < time)
            {
                var now = clock.Elapsed.TotalSeconds;
                due = Math.Min(atOnce, due + (now - last) * perSecond(index, now));
                for (last = now; due >= 1; due--)
                {
                    offered++;
                    var asked = limits.AcquireAsync(Tenant, LimitMeters.Requests);
                    if (asked.IsCompletedSuccessfully)
                        Note(asked.Result);
                    else
                        waiting.Add(NoteAsync(asked));
                }

                await Task.Delay(2);
            }

            await Task.WhenAll(waiting);
            return (offered, times);

            async Task NoteAsync(ValueTask<LimitDecision> asked) => Note(await asked);

            void Note(LimitDecision decision)
            {
                if (!decision.IsAllowed)
                    return;
                lock (times)
                    times.Add(clock.Elapsed.TotalSeconds);
            }
        })));
        return new LedgerRun(admitted.SelectMany(node => node.times).Order().ToArray(), admitted.Sum(node => node.offered), Calls - calls, clock.Elapsed.TotalSeconds);
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
internal sealed record LedgerRun(double[] Admitted, long Offered, long Calls, double Seconds)
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
