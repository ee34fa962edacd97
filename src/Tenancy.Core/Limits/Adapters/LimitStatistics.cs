using System.Threading.RateLimiting;

namespace Tenancy;

/// <summary>What the framework asks its limiters for.</summary>
internal static class LimitStatistics
{
    public static RateLimitLease Count(LimitCounts counts, RateLimitLease lease)
    {
        counts.Count(lease.IsAcquired);
        return lease;
    }

    public static RateLimiterStatistics Of(LimitCounts counts, long remaining) => new()
    {
        CurrentAvailablePermits = remaining,
        CurrentQueuedCount = 0,
        TotalSuccessfulLeases = counts.Admitted,
        TotalFailedLeases = counts.Refused,
    };
}
