using System.Threading.RateLimiting;

namespace Tenancy;

/// <summary>What the framework asks its limiters for.</summary>
internal static class LimitStatistics
{
    public static RateLimitLease Count(LimitCell cell, RateLimitLease lease)
    {
        Interlocked.Increment(ref cell.Statistics[lease.IsAcquired ? 0 : 1]);
        return lease;
    }

    public static RateLimiterStatistics Of(LimitCell cell, long remaining) => new()
    {
        CurrentAvailablePermits = remaining,
        CurrentQueuedCount = 0,
        TotalSuccessfulLeases = Volatile.Read(ref cell.Statistics[0]),
        TotalFailedLeases = Volatile.Read(ref cell.Statistics[1]),
    };
}
