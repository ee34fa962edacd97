using System.Collections.Concurrent;

namespace Tenancy;

/// <summary>Holds each tenant to its pages and bytes per minute.</summary>
internal sealed class TenantLimiter(OcrOptions options, TimeProvider time, OcrMetrics metrics)
{
    readonly ConcurrentDictionary<TenantId, Buckets> _tenants = new();

    /// <summary>What holds for a tenant: its tier's, or what holds for all.</summary>
    public OcrTenantLimits LimitsOf(Tenant? tenant) =>
        tenant is not null && options.Tiers.TryGetValue(tenant.Tier, out var tier) ? tier : options.Tenants;

    /// <summary>Takes a document's pages and bytes.</summary>
    /// <exception cref="OcrException">The tenant has used what it may: status <see cref="GrpcStatusCode.ResourceExhausted"/>.</exception>
    public void Take(Tenant? tenant, string pool, int pages, long bytes)
    {
        var limits = LimitsOf(tenant);
        if (limits is { PagesPerMinute: null, BytesPerMinute: null })
            return;
        var buckets = _tenants.GetOrAdd(tenant?.Id ?? default, _ => new Buckets(new(time), new(time)));
        lock (buckets)
        {
            var forPages = limits.PagesPerMinute is { } mostPages ? buckets.Pages.Until(pages, mostPages) : null;
            var forBytes = limits.BytesPerMinute is { } mostBytes ? buckets.Bytes.Until(bytes, mostBytes) : null;
            if (forPages is not null || forBytes is not null)
            {
                metrics.Refused(pool, OcrReasons.TenantLimit);
                var (limit, unit) = forPages is not null ? ((long)limits.PagesPerMinute!, "pages") : ((long)limits.BytesPerMinute!, "bytes");
                var after = forPages > forBytes || forBytes is null ? forPages!.Value : forBytes.Value;
                throw Refusal.Busy(OcrReasons.TenantLimit, $"The tenant has used its {limit:N0} {unit} per minute. Try again in {after.TotalSeconds:F0} s.", after);
            }

            buckets.Pages.Take(pages);
            buckets.Bytes.Take(bytes);
        }
    }

    /// <summary>Takes pages that were not known beforehand; the next document waits for them.</summary>
    public void Charge(Tenant? tenant, int pages)
    {
        if (pages <= 0 || !_tenants.TryGetValue(tenant?.Id ?? default, out var buckets))
            return;
        lock (buckets)
            buckets.Pages.Take(pages);
    }

    sealed record Buckets(MinuteBucket Pages, MinuteBucket Bytes);
}
