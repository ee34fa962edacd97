using System.Collections.Concurrent;

namespace Tenancy.Ocr.Tests.Support;

/// <summary>Keeps what was counted, call by call.</summary>
internal sealed class RecordingMeter : ITenantMeter
{
    public ConcurrentQueue<(TenantId Tenant, UsageMetric Metric, long Amount)> Counted { get; } = new();

    public void Count(Tenant tenant, UsageMetric metric, long amount = 1) => Counted.Enqueue((tenant.Id, metric, amount));
}
