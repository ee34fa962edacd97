namespace Tenancy;

/// <summary>How much a tenant may use of one thing that the application counts.</summary>
public sealed record QuotaLimits
{
    /// <summary>The most per second that is ever configured.</summary>
    public const long MaxPerSecond = RateLimit.MaxPermitsPerSecond;

    /// <summary>The most per day or month that is ever configured.</summary>
    public const long MaxQuota = 100_000_000_000_000;

    /// <summary>Units per second that a tenant may sustain.</summary>
    /// <value>Default: none, no limit. Range: 1 to 4,000,000,000.</value>
    [Within(1, MaxPerSecond, "per second")]
    public long? PerSecond { get; init; }

    /// <summary>Units that a tenant which was idle may use at once.</summary>
    /// <value>Default: none, as many as <see cref="PerSecond"/>. Range: 1 to 4,000,000,000.</value>
    [Within(1, MaxPerSecond, "units")]
    public long? Burst { get; init; }

    /// <summary>Units in a calendar day, in UTC.</summary>
    /// <value>Default: none, no limit. Range: 1 to 100,000,000,000,000.</value>
    [Within(1, MaxQuota, "units")]
    public long? PerDay { get; init; }

    /// <summary>Units in a calendar month, in UTC.</summary>
    /// <value>Default: none, no limit. Range: 1 to 100,000,000,000,000.</value>
    [Within(1, MaxQuota, "units")]
    public long? PerMonth { get; init; }
}
