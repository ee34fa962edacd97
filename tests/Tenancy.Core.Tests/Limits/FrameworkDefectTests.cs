using System.Diagnostics;
using System.Threading.RateLimiting;

namespace Tenancy.Core.Tests;

/// <summary>
/// What the framework's partitioned token bucket gets wrong, shown on it as a control (it knows only the real clock), and
/// the same asked of ours.
/// </summary>
public sealed class FrameworkDefectTests
{
    [Fact]
    public async Task After_a_rest_nobody_gets_the_burst_twice()
    {
        // 100 at once, 100 a second; a rest of 1.2 s; then 0.15 s of all that goes in.
        await using var framework = Bucket(100, 1, TimeSpan.FromMilliseconds(10));
        framework.AttemptAcquire(0).Dispose();
        await Task.Delay(1200);
        var clock = Stopwatch.StartNew();
        var theirs = 0;
        while (clock.ElapsedMilliseconds < 250)
            theirs += framework.AttemptAcquire(0).IsAcquired ? 1 : 0;
        Assert.True(theirs > 100 + clock.Elapsed.TotalSeconds * 100 + 50, $"The framework admitted only {theirs}: is it mended?");

        var time = new ManualTime();
        var ours = new GcraRateLimiter(RateLimit.PerSecond(100), time);
        Assert.True(ours.AttemptAcquire().IsAcquired);
        time.Pass(TimeSpan.FromSeconds(1.2));
        Assert.Equal(100 + 25, Hammer(ours, time, TimeSpan.FromSeconds(0.25)));
    }

    [Fact]
    public async Task A_small_burst_does_not_cost_the_rate()
    {
        // 1,000 a second, 10 at once: every 100 ms the framework fills 10 in, and not 100.
        await using var framework = Bucket(10, 1, TimeSpan.FromMilliseconds(1));
        var clock = Stopwatch.StartNew();
        var theirs = 0;
        while (clock.ElapsedMilliseconds < 600)
            theirs += framework.AttemptAcquire(0).IsAcquired ? 1 : 0;
        Assert.True(theirs < clock.Elapsed.TotalSeconds * 1000 * 0.5, $"The framework admitted {theirs}: is it mended?");

        var time = new ManualTime();
        Assert.Equal(10 + 600, Hammer(new GcraRateLimiter(RateLimit.PerSecond(1000, 10), time), time, TimeSpan.FromSeconds(0.6)));
    }

    [Fact]
    public async Task A_change_of_the_tier_arrives_under_load()
    {
        var perSecond = 5;
        await using var framework = PartitionedRateLimiter.Create<int, int>(key => RateLimitPartition.GetTokenBucketLimiter(key, _ => Options(5, Volatile.Read(ref perSecond), TimeSpan.FromSeconds(1))));
        while (framework.AttemptAcquire(0).IsAcquired)
            continue;
        Volatile.Write(ref perSecond, 500);
        var clock = Stopwatch.StartNew();
        var theirs = 0;
        while (clock.ElapsedMilliseconds < 1200)
            theirs += framework.AttemptAcquire(0).IsAcquired ? 1 : 0;
        Assert.True(theirs <= 10, $"The framework admitted {theirs}: is it mended?");

        var (time, catalog, tenant) = (new ManualTime(), new FixedTenants(), Sample.Tenant("acme"));
        catalog.Put(tenant);
        catalog.PutTier(new RequestLimits { PerSecond = 5 });
        var limits = catalog.Limiter(time);
        while (limits.TryAcquire(tenant, LimitMeters.Requests).IsAllowed)
            continue;
        catalog.PutTier(new RequestLimits { PerSecond = 500 });
        var ours = 0;
        for (var millisecond = 0; millisecond < 1200; millisecond++)
        {
            time.Pass(1_000_000);
            ours += limits.TryAcquire(tenant, LimitMeters.Requests).IsAllowed ? 1 : 0;
        }

        // The first one after the change is what carries it over.
        Assert.InRange(ours, 599, 600);
    }

    [Fact]
    public async Task What_is_refused_is_told_the_truth_about_when_to_come_back()
    {
        // One a second. 0.7 s after it was taken there are 0.3 s left.
        await using var framework = Bucket(1, 1, TimeSpan.FromSeconds(1));
        Assert.True(framework.AttemptAcquire(0).IsAcquired);
        var clock = Stopwatch.StartNew();
        await Task.Delay(700);
        var told = framework.AttemptAcquire(0);
        if (!told.IsAcquired && clock.ElapsedMilliseconds < 900)
        {
            Assert.True(told.TryGetMetadata(MetadataName.RetryAfter, out var theirs));
            Assert.True(theirs >= TimeSpan.FromSeconds(1), $"The framework says {theirs}: is it mended?");
        }

        var time = new ManualTime();
        var ours = new GcraRateLimiter(RateLimit.PerSecond(1), time);
        Assert.True(ours.AttemptAcquire().IsAcquired);
        time.Pass(TimeSpan.FromSeconds(0.7));
        Assert.True(ours.AttemptAcquire().TryGetMetadata(MetadataName.RetryAfter, out var retryAfter));
        Assert.Equal(TimeSpan.FromSeconds(0.3), retryAfter);
        time.Pass(retryAfter);
        Assert.True(ours.AttemptAcquire().IsAcquired);
    }

    static PartitionedRateLimiter<int> Bucket(int limit, int tokens, TimeSpan period) =>
        PartitionedRateLimiter.Create<int, int>(key => RateLimitPartition.GetTokenBucketLimiter(key, _ => Options(limit, tokens, period)));

    static TokenBucketRateLimiterOptions Options(int limit, int tokens, TimeSpan period) =>
        new() { TokenLimit = limit, TokensPerPeriod = tokens, ReplenishmentPeriod = period };

    static int Hammer(GcraRateLimiter limiter, ManualTime time, TimeSpan duration)
    {
        var admitted = 0;
        while (limiter.AttemptAcquire().IsAcquired)
            admitted++;
        for (var step = TimeSpan.Zero; step < duration; step += TimeSpan.FromMicroseconds(100))
        {
            time.Pass(TimeSpan.FromMicroseconds(100));
            admitted += limiter.AttemptAcquire().IsAcquired ? 1 : 0;
        }

        return admitted;
    }
}
