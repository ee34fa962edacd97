namespace Tenancy;

/// <summary>Reads what tenants used.</summary>
public interface IUsageHistory
{
    /// <summary>What a tenant used, period by period; periods without use are left out.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="period">How finely. Minutes and hours are kept for so long as <see cref="MeteringOptions"/> says, and are part of the hour and the day afterwards.</param>
    /// <param name="from">From then on. It counts by whole periods.</param>
    /// <param name="to">Up to then, exclusively.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    Task<IReadOnlyList<UsagePoint>> ReadAsync(
        TenantId tenant, UsagePeriod period, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken = default);

    /// <summary>What each tenant used in all, for a bill: days are exact for as long as they are kept.</summary>
    /// <param name="from">From then on.</param>
    /// <param name="to">Up to then, exclusively.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    Task<IReadOnlyList<UsageEntry>> SumAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken = default);

    /// <summary>The lines that fit the last 30 whole days best, of each tenant and metric that has 7 of them or more.</summary>
    /// <param name="today">The day they lead up to, and which is not over. Counted by UTC.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    Task<IReadOnlyList<UsageTrend>> TrendsAsync(DateOnly today, CancellationToken cancellationToken = default);
}

/// <summary>How finely usage is told.</summary>
public enum UsagePeriod
{
    /// <summary>Minutes.</summary>
    Minute,

    /// <summary>Hours, in UTC.</summary>
    Hour,

    /// <summary>Days, in UTC.</summary>
    Day,
}

/// <summary>What was used in one period.</summary>
/// <param name="Start">When it began.</param>
/// <param name="Amounts">How much.</param>
public readonly record struct UsagePoint(DateTimeOffset Start, UsageAmounts Amounts);
