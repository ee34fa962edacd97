namespace Tenancy;

/// <summary>How many requests a tenant may make.</summary>
public sealed record RequestLimits
{
    /// <summary>The most requests per second that is ever configured.</summary>
    public const int MaxPerSecond = 1_000_000;

    /// <summary>Requests per second that a tenant may sustain.</summary>
    /// <value>Default: none, no limit. Range: 1 to 1,000,000.</value>
    [Within(1, MaxPerSecond, "requests per second")]
    public int? PerSecond { get; init; }

    /// <summary>Requests that a tenant which was idle may make at once.</summary>
    /// <value>Default: none, as many as <see cref="PerSecond"/>. Range: 1 to 1,000,000.</value>
    [Within(1, MaxPerSecond, "requests")]
    public int? Burst { get; init; }

    /// <summary>Requests in a calendar day, in UTC.</summary>
    /// <value>Default: none, no limit. Range: 1 to 100,000,000,000,000.</value>
    [Within(1, QuotaLimits.MaxQuota, "requests")]
    public long? PerDay { get; init; }

    /// <summary>Requests in a calendar month, in UTC.</summary>
    /// <value>Default: none, no limit. Range: 1 to 100,000,000,000,000.</value>
    [Within(1, QuotaLimits.MaxQuota, "requests")]
    public long? PerMonth { get; init; }
}
