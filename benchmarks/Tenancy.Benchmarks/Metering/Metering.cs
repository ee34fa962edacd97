using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Tenancy.TestKit;

namespace Tenancy.Benchmarks;

/// <summary>
/// What counting adds to a request: its five numbers, for tenants at random, while what was counted is written every second.
/// </summary>
internal sealed class Metering : IBenchmark
{
    const int Tenants = 1000;
    const int Threads = 2;
    const int Slice = 1000;

    public string Name => "metering";

    public string Summary => "what counting a request costs, while usage is written to PostgreSQL: nanoseconds and bytes";

    public async Task RunAsync(Report report, bool quick)
    {
        report.Say("Expected: under 1,000 ns and 0 bytes per request; an addition that no other processor contends for takes some 5 ns, one that misses the cache 100.");
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions { Settings = new() { ["Tenancy:Metering:FlushInterval"] = "00:00:01" } });
        var meter = deployment.Services.GetRequiredService<ITenantMeter>();
        var tenants = CatalogMemory.Snapshot(Tenants).Tenants.ToArray();
        var (nanoseconds, bytes) = (new List<double>(), new List<double>());
        for (var round = -1; round < (quick ? 5 : 15); round++)
        {
            var with = Measure(tenants, tenant => Count(meter, tenant), quick ? 500_000 : 2_000_000);
            var without = Measure(tenants, static tenant => GC.KeepAlive(tenant), quick ? 500_000 : 2_000_000);
            if (round < 0)
                continue;
            nanoseconds.Add(with.Nanoseconds - without.Nanoseconds);
            bytes.Add(with.Bytes);
            report.Say($"{with.Nanoseconds:0.0} ns with counting, {without.Nanoseconds:0.0} ns without, {with.Bytes:0.###} bytes");
        }

        report.Figure("metering.ns-per-request", Spread.Of(nanoseconds));
        report.Figure("metering.bytes-per-request", Spread.Of(bytes));
    }

    static void Count(ITenantMeter meter, Tenant tenant)
    {
        meter.Count(tenant, UsageMetric.Requests);
        meter.Count(tenant, UsageMetric.DatabaseTime, 850);
        meter.Count(tenant, UsageMetric.Rows, 20);
        meter.Count(tenant, UsageMetric.Bytes, 4000);
        meter.Count(tenant, UsageMetric.QueueTime, 15);
    }

    /// <summary>
    /// Nanoseconds of a thread for each request, and bytes it allocated. The median of short slices: one in which the
    /// machine gave the processor to somebody else would tell of that.
    /// </summary>
    static (double Nanoseconds, double Bytes) Measure(Tenant[] tenants, Action<Tenant> serve, int requests)
    {
        GC.Collect();
        var allocated = new long[Threads];
        var slices = Enumerable.Range(0, Threads).Select(_ => new double[requests / Slice]).ToArray();
        var threads = Enumerable.Range(0, Threads).Select(thread => new Thread(() =>
        {
            var state = (uint)(thread + 1) * 2_654_435_761u | 1;
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var slice = 0; slice < slices[thread].Length; slice++)
            {
                var began = Stopwatch.GetTimestamp();
                for (var i = 0; i < Slice; i++)
                {
                    state ^= state << 13;
                    state ^= state >> 17;
                    state ^= state << 5;
                    serve(tenants[(int)((ulong)state * (uint)tenants.Length >> 32)]);
                }

                slices[thread][slice] = Stopwatch.GetElapsedTime(began).TotalNanoseconds / Slice;
            }

            allocated[thread] = GC.GetAllocatedBytesForCurrentThread() - before;
        })).ToArray();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        return (Spread.Of(slices.SelectMany(static slice => slice)).Median, (double)allocated.Sum() / requests / Threads);
    }
}
