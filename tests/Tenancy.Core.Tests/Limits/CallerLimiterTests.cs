namespace Tenancy.Core.Tests;

public sealed class CallerLimiterTests
{
    readonly ManualTime _time = new();

    [Fact]
    public void Each_caller_has_its_own_burst_and_rate()
    {
        var limiter = new CallerLimiter(RateLimit.PerSecond(2, 10), _time);
        foreach (var caller in new UInt128[] { 1, 2, UInt128.MaxValue, (UInt128)1 << 64 })
            Assert.Equal(10, Enumerable.Range(0, 100).Count(_ => limiter.Take(caller).IsTaken));
        Assert.Equal(TimeSpan.FromSeconds(0.5), limiter.Take(1).RetryAfter);
        _time.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(2, Enumerable.Range(0, 100).Count(_ => limiter.Take(1).IsTaken));
    }

    [Fact]
    public void What_is_given_back_is_there_again()
    {
        var limiter = new CallerLimiter(RateLimit.PerSecond(1, 1), _time);
        for (var i = 0; i < 100; i++)
        {
            var charge = limiter.Take(7);
            Assert.True(charge.IsTaken);
            limiter.Refund(charge);
        }
    }

    [Fact]
    public void A_thousand_who_hammer_cost_hardly_anybody_else_a_request()
    {
        var limiter = new CallerLimiter(RateLimit.PerSecond(1, 5), _time);
        for (UInt128 attacker = 0; attacker < 1000; attacker++)
        {
            for (var i = 0; i < 20; i++)
                limiter.Take(attacker);
        }

        // Both of one's words are an attacker's: (1000 / 65,536)^2, one in 4,300.
        var refused = Enumerable.Range(0, 10_000).Count(i => !limiter.Take((UInt128)(i + 1_000_000) << 64).IsTaken);
        Assert.InRange(refused, 0, 30);
    }

    [Fact]
    public void A_flood_of_invented_callers_takes_no_memory()
    {
        var limiter = new CallerLimiter(RateLimit.PerSecond(1), _time);
        limiter.Take(0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (UInt128 caller = 0; caller < 1_000_000; caller++)
            limiter.Take(caller);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
    }
}
