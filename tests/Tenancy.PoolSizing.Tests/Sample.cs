namespace Tenancy.PoolSizing.Tests;

/// <summary>Measurements that never were.</summary>
internal static class Sample
{
    public static Measurement At(
        int budget, double throughput, double p99 = 10, FleetKind isolation = FleetKind.Row, LoadLevel? load = null, int round = 1, long errors = 0,
        double? offered = null, double evicted = 0, int tenants = 100) => new(
            new SweepPoint(new SeriesKey(isolation, load ?? LoadLevel.Clients(32), tenants), budget), round, offered ?? throughput, throughput,
            p99 / 4, p99 / 2, p99, Hold: 1.25, Busy: throughput * 0.00125, Waits: 1 / 3.0, Wait: 0.1, evicted, errors, Foreign: 0);

    public static Series Of(params Measurement[] points) => Assert.Single(Series.Of(points));

    public static SweepResult Result(SizingOptions options, params Measurement[] measurements) => new(
        options, "a server & <more>", "15.2", 100, DateTimeOffset.UnixEpoch, TimeSpan.FromMinutes(1), measurements, new Dictionary<string, long>());
}
