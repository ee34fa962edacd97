using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Tenancy.TestKit;

namespace Tenancy.PoolSizing;

/// <summary>What the router itself counts; differences of two readings are what happened between them.</summary>
internal readonly record struct RouterCounts(long Leases, TimeSpan Held, long Waits, TimeSpan Waited, long Evicted)
{
    public static RouterCounts operator -(RouterCounts after, RouterCounts before) => new(
        after.Leases - before.Leases, after.Held - before.Held, after.Waits - before.Waits, after.Waited - before.Waited, after.Evicted - before.Evicted);
}

/// <summary>Reads the router's counters.</summary>
internal sealed class RouterCounters : IDisposable
{
    readonly MeterListener _listener = new();
    readonly TenancyDiagnostics _diagnostics;
    long _evicted;

    public RouterCounters(Deployment deployment)
    {
        _diagnostics = deployment.Services.GetRequiredService<TenancyDiagnostics>();
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == TenancyDiagnostics.MeterName && instrument.Name == "tenancy.connection.evicted")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref _evicted, count));
        _listener.Start();
    }

    public RouterCounts Read()
    {
        // The administration has no tenant, and holds connections while tenants are made only.
        var tenants = _diagnostics.Snapshot(int.MaxValue).SelectMany(server => server.Tenants).Where(tenant => tenant.Tenant != default).ToArray();
        return new RouterCounts(tenants.Sum(tenant => tenant.Leases), Sum(tenant => tenant.HeldTime), tenants.Sum(tenant => tenant.Waits),
            Sum(tenant => tenant.WaitedTime), Interlocked.Read(ref _evicted));

        TimeSpan Sum(Func<TenantDiagnostics, TimeSpan> time) => new(tenants.Sum(tenant => time(tenant).Ticks));
    }

    public void Dispose() => _listener.Dispose();
}
