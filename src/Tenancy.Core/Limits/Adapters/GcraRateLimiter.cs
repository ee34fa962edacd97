using System.Threading.RateLimiting;

namespace Tenancy;

/// <summary>
/// A rate with a burst behind the framework's <see cref="RateLimiter"/>: one word of state, no timer, no queue. What is
/// refused is told exactly when to come back.
/// </summary>
public sealed class GcraRateLimiter : RateLimiter
{
    readonly LimitClock _clock;
    readonly RateCell _cell;
    readonly LimitCounts _counts = new("permits");

    /// <summary>Makes a limiter that has all of its burst.</summary>
    /// <param name="limit">The limit.</param>
    /// <param name="time">The clock. Default: the system's.</param>
    /// <exception cref="ArgumentException"><paramref name="limit"/> is empty.</exception>
    public GcraRateLimiter(RateLimit limit, TimeProvider? time = null)
    {
        if (limit == default)
            throw new ArgumentException("The limit is empty. Make one with RateLimit.PerSecond.", nameof(limit));
        _clock = new LimitClock(time ?? TimeProvider.System);
        _cell = new RateCell(new LimitPolicy("permits", limit));
    }

    /// <summary>For how long all of the burst has been there; <see langword="null"/> while it is not.</summary>
    public override TimeSpan? IdleDuration => _cell.Idle(_clock);

    /// <inheritdoc/>
    public override RateLimiterStatistics GetStatistics() => LimitStatistics.Of(_counts, _cell.Read(_clock).Remaining);

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="permitCount"/> is above the burst.</exception>
    protected override RateLimitLease AttemptAcquireCore(int permitCount)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(permitCount, _cell.Policy.Capacity);
        // The framework's question without a cost: is there anything at all?
        var taken = permitCount == 0 && _cell.Read(_clock).Remaining == 0
            ? new Taken(Taking.Refused)
            : _cell.Take(permitCount, _clock);
        return LimitStatistics.Count(_counts, taken.Outcome == Taking.Taken
            ? LimitLease.Acquired
            : LimitLease.Of(new LimitDecision(LimitStatus.Exceeded, _cell.Policy, LimitClock.Span(taken.Wait), 0)));
    }

    /// <inheritdoc/>
    protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) =>
        new(AttemptAcquireCore(permitCount));
}
