namespace Tenancy;

/// <summary>How <c>ForEachAsync</c> runs.</summary>
public sealed record TenantRunOptions
{
    /// <summary>The number of tenants at a time where none is given.</summary>
    public const int DefaultMaxConcurrency = 4;

    /// <summary>How many tenants are worked on at a time. Default: 4. Range: 1 to 1024.</summary>
    public int MaxConcurrency { get; init; } = DefaultMaxConcurrency;

    /// <summary>
    /// How long one tenant's work may take: its token is cancelled then, and the tenant counts as failed with a
    /// <see cref="TimeoutException"/>. Work that ignores its token is waited for. Default: no limit. Range: above zero.
    /// </summary>
    public TimeSpan? TimeoutPerTenant { get; init; }

    /// <summary>The order in which tenants get their turn. Default: by id, the oldest first.</summary>
    public Comparison<Tenant>? Order { get; init; }

    internal void Check()
    {
        if (MaxConcurrency is < 1 or > 1024)
            throw new ArgumentOutOfRangeException(nameof(MaxConcurrency), MaxConcurrency, "Give 1 to 1024 tenants at a time.");
        if (TimeoutPerTenant is { } timeout && (timeout <= TimeSpan.Zero || timeout.TotalMilliseconds > int.MaxValue))
            throw new ArgumentOutOfRangeException(nameof(TimeoutPerTenant), timeout, "Give a time above zero and below 24 days.");
    }
}
