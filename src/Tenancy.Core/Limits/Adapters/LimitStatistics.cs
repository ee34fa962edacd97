using System.Threading.RateLimiting;

namespace Tenancy;

/// <summary>What the framework asks its limiters for.</summary>
internal static class LimitStatistics
{
    public static RateLimitLease Count(LimitCell cell, RateLimitLease lease)
    {
        Interlocked.Increment(ref cell.Counts[lease.IsAcquired ? 0 : 1]);
        return lease;
    }

    public static RateLimiterStatistics Of(LimitCell cell, long remaining) => new()
    {
        CurrentAvailablePermits = remaining,
        CurrentQueuedCount = 0,
        TotalSuccessfulLeases = Volatile.Read(ref cell.Counts[0]),
        TotalFailedLeases = Volatile.Read(ref cell.Counts[1]),
    };
}
