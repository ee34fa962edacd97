using System.Collections.Concurrent;
using System.Diagnostics;

namespace Tenancy.Benchmarks;

/// <summary>
/// Twenty tenants of an API over HTTP, beside one that asks a hundred times as often as each of them and has six times as much
/// done: how much longer they wait than without it, and that none of them is refused.
/// </summary>
internal sealed class NoisyNeighbour : IBenchmark
{
    const int Victims = 20;
    const double VictimRate = 4;
    const double AggressorRate = 100 * VictimRate;

    /// <summary>What the tier allows: twelve times what a victim asks, an eighth of what the aggressor does.</summary>
    const int PerSecond = 50;

    static readonly TimeSpan Work = TimeSpan.FromMilliseconds(5);
    static readonly TimeSpan Dear = TimeSpan.FromMilliseconds(30);

    public string Name => "noisy";

    public string Summary => "an API over HTTP: twenty tenants beside one at a hundred times their rate, with limits and without";

    public async Task RunAsync(Report report, bool quick)
    {
        report.Say("Expected: victims' p99 at most 1.5 times alone, none of them refused.");
        await using var api = await NoisyApi.StartAsync(PerSecond);
        var victims = new List<Tenant>();
        for (var i = 0; i < Victims; i++)
            victims.Add(await api.CreateAsync());
        var aggressor = await api.CreateAsync();
        var (rounds, time) = quick ? (2, TimeSpan.FromSeconds(5)) : (5, TimeSpan.FromSeconds(15));
        foreach (var way in new[] { "routed", "plain" })
        {
            await RoundAsync(api, way, victims, null, TimeSpan.FromSeconds(2));
            var (ratios, refused, passed) = (new List<double>(), 0, 0);
            for (var round = 0; round < rounds; round++)
            {
                var alone = await RoundAsync(api, way, victims, null, time);
                var beside = await RoundAsync(api, way, victims, aggressor, time);
                ratios.Add(OpenLoop.P99(beside.Times) / OpenLoop.P99(alone.Times));
                refused += alone.Refused + beside.Refused;
                passed += beside.Passed;
                report.Say($"{way}: p99 {OpenLoop.P99(alone.Times):0.0} ms alone, {OpenLoop.P99(beside.Times):0.0} ms beside, of {beside.Times.Count}; the aggressor got {beside.Passed / time.TotalSeconds:0} through per second");
            }

            var name = way == "routed" ? "noisy." : "noisy.plain.";
            report.Figure($"{name}victim-p99-ratio", Spread.Of(ratios));
            report.Figure($"{name}victims-refused", Spread.Of([refused]));
        }
    }

    static async Task<Round> RoundAsync(NoisyApi api, string way, IReadOnlyList<Tenant> victims, Tenant? aggressor, TimeSpan time)
    {
        var round = new Round();
        var clock = Stopwatch.StartNew();
        var load = victims.Select((victim, i) => OpenLoop.RunAsync(i, VictimRate, clock, time, async () =>
        {
            var began = Stopwatch.GetTimestamp();
            if (await api.AskAsync(way, victim, Work))
                round.Times.Enqueue(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            else
                Interlocked.Increment(ref round.Refused);
        })).ToList();
        if (aggressor is not null)
        {
            load.Add(OpenLoop.RunAsync(1000, AggressorRate, clock, time, async () =>
            {
                if (await api.AskAsync(way, aggressor, Dear))
                    Interlocked.Increment(ref round.Passed);
            }));
        }

        await Task.WhenAll(load);
        return round;
    }

    sealed class Round
    {
        public ConcurrentQueue<double> Times { get; } = new();

        public int Refused;
        public int Passed;
    }
}
