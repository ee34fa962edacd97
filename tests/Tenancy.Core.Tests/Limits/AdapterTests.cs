using System.Threading.RateLimiting;

namespace Tenancy.Core.Tests;

public sealed class AdapterTests
{
    readonly ManualTime _time = new();
    readonly FixedTenants _catalog = new();
    readonly Tenant _acme = Sample.Tenant("acme");

    [Fact]
    public async Task The_frameworks_limiter_tells_what_happened()
    {
        await using var limiter = new GcraRateLimiter(RateLimit.PerSecond(10, 20), _time);
        Assert.Equal(TimeSpan.Zero, limiter.IdleDuration);
        Assert.True((await limiter.AcquireAsync(15)).IsAcquired);
        Assert.Null(limiter.IdleDuration);
        using var refused = limiter.AttemptAcquire(10);
        Assert.False(refused.IsAcquired);
        Assert.Equal([MetadataName.RetryAfter.Name, MetadataName.ReasonPhrase.Name], refused.MetadataNames);
        Assert.True(refused.TryGetMetadata(MetadataName.RetryAfter, out var wait));
        Assert.Equal(TimeSpan.FromSeconds(0.5), wait);
        Assert.True(refused.TryGetMetadata(MetadataName.ReasonPhrase, out var reason));
        Assert.Contains("permits", reason, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => limiter.AttemptAcquire(21));
        var statistics = limiter.GetStatistics()!;
        Assert.Equal((5L, 0L, 1L, 1L), (statistics.CurrentAvailablePermits, statistics.CurrentQueuedCount, statistics.TotalSuccessfulLeases, statistics.TotalFailedLeases));
        Assert.True(limiter.AttemptAcquire(0).IsAcquired);
        Assert.True(limiter.AttemptAcquire(5).IsAcquired);
        Assert.False(limiter.AttemptAcquire(0).IsAcquired);
        _time.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(TimeSpan.FromSeconds(3), limiter.IdleDuration);
    }

    [Fact]
    public async Task The_partitioned_limiter_limits_each_tenant_by_its_tier()
    {
        var beta = Sample.Tenant("beta");
        _catalog.Put(_acme, beta);
        _catalog.PutTier(new RequestLimits { PerSecond = 2, PerDay = 3 });
        await using var limiter = _catalog.Limiter(_time).AsPartitionedRateLimiter<Tenant?>(tenant => tenant);
        Assert.True(limiter.AttemptAcquire(_acme, 2).IsAcquired);
        using var refused = await limiter.AcquireAsync(_acme);
        Assert.True(refused.TryGetMetadata(MetadataName.RetryAfter, out var wait));
        Assert.Equal(TimeSpan.FromSeconds(0.5), wait);
        // More than ever fits: no time to wait is told.
        Assert.False(limiter.AttemptAcquire(_acme, 3).TryGetMetadata(MetadataName.RetryAfter, out _));
        var statistics = limiter.GetStatistics(_acme)!;
        Assert.Equal((0L, 1L, 2L), (statistics.CurrentAvailablePermits, statistics.TotalSuccessfulLeases, statistics.TotalFailedLeases));
        Assert.Equal(2, limiter.GetStatistics(beta)!.CurrentAvailablePermits);
        Assert.True(limiter.AttemptAcquire(null).IsAcquired);
    }

    [Fact]
    public async Task All_that_is_no_tenants_shares_one_limit()
    {
        await using var others = new GcraRateLimiter(RateLimit.PerSecond(3), _time);
        await using var limiter = _catalog.Limiter(_time).AsPartitionedRateLimiter<string>(_ => null, others: others);
        Assert.Equal(3, Enumerable.Range(0, 1000).Count(i => limiter.AttemptAcquire($"caller-{i}").IsAcquired));
        Assert.Equal(997, limiter.GetStatistics("anyone")!.TotalFailedLeases);
    }
}
