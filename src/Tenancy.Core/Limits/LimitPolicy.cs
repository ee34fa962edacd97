namespace Tenancy;

/// <summary>One limit that a tenant is held to. Immutable, and shared by all tenants that are held to the same.</summary>
public sealed record LimitPolicy
{
    readonly RateLimit _rate;

    /// <summary>A rate.</summary>
    public LimitPolicy(string meter, RateLimit rate)
    {
        (Meter, Name, Rate, Period) = (meter, meter, rate, LimitPeriod.Rate);
    }

    /// <summary>A quota for a calendar day or month.</summary>
    /// <param name="meter">What is counted.</param>
    /// <param name="quota">How much of it. Range: 1 to 100,000,000,000,000.</param>
    /// <param name="period">The day or the month.</param>
    public LimitPolicy(string meter, long quota, LimitPeriod period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(quota, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quota, QuotaLimits.MaxQuota);
        if (period == LimitPeriod.Rate)
            throw new ArgumentException("A quota is for a day or a month. Give a RateLimit for a rate.", nameof(period));
        (Meter, Name, Quota, Period) = (meter, $"{meter}-{(period == LimitPeriod.Day ? "day" : "month")}", quota, period);
    }

    /// <summary>What it is called in answers: the meter, and <c>-day</c> or <c>-month</c> for a quota.</summary>
    public string Name { get; }

    /// <summary>What is counted, such as <c>requests</c> or <c>pages</c>.</summary>
    public string Meter { get; }

    /// <summary>Over which time.</summary>
    public LimitPeriod Period { get; }

    /// <summary>The rate, where it is one.</summary>
    public RateLimit Rate
    {
        get => _rate;
        private init
        {
            _rate = value;
            Gcra = new Gcra(value);
        }
    }

    /// <summary>The quota, where it is one; else 0.</summary>
    public long Quota { get; }

    /// <summary>The most that could ever be taken at once.</summary>
    public long Capacity => Period == LimitPeriod.Rate ? _rate.Burst : Quota;

    /// <summary>The rate compiled.</summary>
    internal Gcra? Gcra { get; private init; }

    /// <summary>Whether both say the same.</summary>
    public bool Equals(LimitPolicy? other) => other is not null && Name == other.Name && Rate == other.Rate && Quota == other.Quota;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Rate, Quota);
}
