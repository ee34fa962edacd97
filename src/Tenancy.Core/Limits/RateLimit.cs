using System.Globalization;

namespace Tenancy;

/// <summary>So many permits in a period, and so many at once after a rest: a rate and a burst.</summary>
/// <remarks>
/// Over any time t at most <see cref="Burst"/> + t × <see cref="Permits"/> ÷ <see cref="Period"/> are admitted, and as
/// many as that where there is demand (GCRA, ITU-T I.371, the same as a token bucket that is refilled continuously).
/// </remarks>
public readonly record struct RateLimit
{
    /// <summary>The fastest rate, and the largest burst: 4,000,000,000.</summary>
    public const long MaxPermitsPerSecond = 4_000_000_000;

    /// <summary>The longest period: 31 days.</summary>
    public static readonly TimeSpan MaxPeriod = TimeSpan.FromDays(31);

    /// <summary>Makes a limit.</summary>
    /// <param name="permits">Permits in each period. Range: 1 to 4,000,000,000, and no more than that per second.</param>
    /// <param name="period">The period. Range: above zero, to 31 days.</param>
    /// <param name="burst">Permits that may be used at once. Range: 1 to 4,000,000,000.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public RateLimit(long permits, TimeSpan period, long burst)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(permits, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(period, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(period, MaxPeriod);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(permits / period.TotalSeconds, MaxPermitsPerSecond, nameof(permits));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(permits, MaxPermitsPerSecond);
        ArgumentOutOfRangeException.ThrowIfLessThan(burst, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(burst, MaxPermitsPerSecond);
        (Permits, Period, Burst) = (permits, period, burst);
    }

    /// <summary>Permits in each period.</summary>
    public long Permits { get; }

    /// <summary>The period.</summary>
    public TimeSpan Period { get; }

    /// <summary>Permits that may be used at once after a rest.</summary>
    public long Burst { get; }

    /// <summary>Permits per second.</summary>
    public double Rate => Permits / Period.TotalSeconds;

    /// <summary>A limit per second.</summary>
    /// <param name="permits">Permits in each second. Range: 1 to 4,000,000,000.</param>
    /// <param name="burst">Permits that may be used at once. Default: as many as in a second.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public static RateLimit PerSecond(long permits, long? burst = null) =>
        new(permits, TimeSpan.FromSeconds(1), burst ?? permits);

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Permits} per {Period.TotalSeconds} s, at once {Burst}");
}
