namespace Tenancy.Core.Tests;

public sealed class GcraTests
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    readonly ManualTime _time = new();

    [Fact]
    public void A_rested_limit_gives_its_burst_and_then_its_rate()
    {
        var limiter = new GcraRateLimiter(RateLimit.PerSecond(10, 100), _time);
        Assert.Equal(100, Hammer(limiter));
        _time.Pass(TimeSpan.FromSeconds(0.5));
        Assert.Equal(5, Hammer(limiter));
        _time.Pass(TimeSpan.FromDays(10));
        Assert.Equal(100, Hammer(limiter));
    }

    [Theory]
    [InlineData(1, 86_400, 1)]
    [InlineData(1, 2_678_400, 1)]
    [InlineData(3, 1, 2)]
    [InlineData(700_000, 1, 10)]
    [InlineData(999_999_937, 1, 1_000_000)]
    [InlineData(4_000_000_000, 1, 4_000_000_000)]
    [InlineData(4_000_000_000, 1, 1)]
    [InlineData(7, 3_600, 4_000_000_000)]
    public void The_wait_it_tells_is_enough_and_a_moment_less_is_not(long permits, int seconds, long burst)
    {
        var limit = new RateLimit(permits, TimeSpan.FromSeconds(seconds), burst);
        var clock = new LimitClock(_time);
        // Also at the end of the eight years that a position has room for.
        foreach (var age in new[] { 0, 200_000_000 })
        {
            _time.Pass(age * 1_000_000_000L);
            var cell = new RateCell(new LimitPolicy("x", limit), 0);
            Assert.Equal(Taking.Taken, cell.Take(burst, clock).Outcome);
            var refused = cell.Take(1, clock);
            Assert.Equal(Taking.Refused, refused.Outcome);
            Assert.InRange(refused.Wait, 1, LimitClock.Nanoseconds(limit.Period) + 1);
            _time.Pass(refused.Wait - 1);
            Assert.Equal(Taking.Refused, cell.Take(1, clock).Outcome);
            _time.Pass(1);
            Assert.Equal(Taking.Taken, cell.Take(1, clock).Outcome);
        }
    }

    [Theory]
    [InlineData(700_000)]
    [InlineData(999_983)]
    [InlineData(333_333_333)]
    public void No_rate_is_rounded_away_over_a_year(long perSecond)
    {
        var gcra = new Gcra(RateLimit.PerSecond(perSecond));
        const long Year = 31_536_000;
        Assert.InRange((double)(gcra.Position(Year * 1_000_000_000) >> gcra.Shift), perSecond * Year - 1d, (perSecond * (double)Year) + 1);
    }

    [Fact]
    public void A_cost_above_the_burst_is_never_admitted_and_says_so()
    {
        var cell = new RateCell(new LimitPolicy("x", RateLimit.PerSecond(10, 20)));
        var clock = new LimitClock(_time);
        Assert.Equal(Taking.TooLarge, cell.Take(21, clock).Outcome);
        Assert.Equal(Taking.TooLarge, cell.Take(long.MaxValue, clock).Outcome);
        Assert.Equal(new Taken(Taking.Taken, 0), cell.Take(20, clock));
    }

    [Fact]
    public void What_is_given_back_is_there_again_and_never_more_than_the_burst()
    {
        var cell = new RateCell(new LimitPolicy("x", RateLimit.PerSecond(10, 20)));
        var clock = new LimitClock(_time);
        cell.Take(20, clock);
        cell.Charge(-5, clock);
        Assert.Equal(5, cell.Read(clock).Remaining);
        cell.Charge(-1000, clock);
        cell.Charge(long.MinValue, clock);
        Assert.Equal(20, cell.Read(clock).Remaining);
    }

    [Fact]
    public void What_is_charged_afterwards_is_a_debt_that_has_to_be_waited_for()
    {
        var cell = new RateCell(new LimitPolicy("x", RateLimit.PerSecond(10, 20)));
        var clock = new LimitClock(_time);
        cell.Charge(50, clock);
        var refused = cell.Take(1, clock);
        Assert.Equal((Taking.Refused, 3_100_000_000L), (refused.Outcome, refused.Wait));
        Assert.Equal(Taking.Refused, cell.Take(0, clock).Outcome);
        _time.Pass(3 * Second);
        Assert.Equal(Taking.Taken, cell.Take(0, clock).Outcome);
        Assert.Equal(Taking.Refused, cell.Take(1, clock).Outcome);
    }

    [Fact]
    public void A_debt_without_measure_overflows_nothing()
    {
        var cell = new RateCell(new LimitPolicy("x", RateLimit.PerSecond(4_000_000_000)));
        var clock = new LimitClock(_time);
        for (var i = 0; i < 10; i++)
            cell.Charge(long.MaxValue, clock);
        Assert.Equal(Taking.Refused, cell.Take(1, clock).Outcome);
        Assert.Equal(0, cell.Read(clock).Remaining);
        var next = cell.Become(new LimitPolicy("x", RateLimit.PerSecond(1, 4_000_000_000)), clock);
        Assert.Equal(Taking.Refused, next.Take(1, clock).Outcome);
    }

    [Theory]
    [InlineData(10_000_000)]
    [InlineData(1_000_000_000)]
    [InlineData(3_579_545)]
    public void It_counts_by_whatever_clock_there_is(long frequency)
    {
        var time = new ManualTime(frequency);
        var limiter = new GcraRateLimiter(RateLimit.PerSecond(100, 1), time);
        Assert.Equal(1, Hammer(limiter));
        time.Pass(TimeSpan.FromMilliseconds(9.9));
        Assert.Equal(0, Hammer(limiter));
        time.Pass(TimeSpan.FromMilliseconds(0.2));
        Assert.Equal(1, Hammer(limiter));
    }

    [Fact]
    public void A_frozen_cell_admits_nothing_and_charges_nothing()
    {
        var cell = new RateCell(new LimitPolicy("x", RateLimit.PerSecond(10)));
        var clock = new LimitClock(_time);
        var next = cell.Become(new LimitPolicy("x", RateLimit.PerSecond(20)), clock);
        Assert.Equal(Taking.Moved, cell.Take(1, clock).Outcome);
        Assert.False(cell.Charge(1, clock));
        Assert.Equal(20, next.Read(clock).Remaining);
    }

    [Fact]
    public async Task Together_they_take_no_more_than_there_is()
    {
        var limiter = new GcraRateLimiter(RateLimit.PerSecond(1, 100_000), _time);
        var taken = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Hammer(limiter))));
        Assert.Equal(100_000, taken.Sum());
    }

    static int Hammer(GcraRateLimiter limiter)
    {
        var admitted = 0;
        while (limiter.AttemptAcquire().IsAcquired)
            admitted++;
        return admitted;
    }
}
