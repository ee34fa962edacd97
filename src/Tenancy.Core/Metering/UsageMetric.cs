namespace Tenancy;

/// <summary>What is counted of a tenant's work.</summary>
public enum UsageMetric
{
    /// <summary>Requests that were admitted. Counted by <c>UseTenancy()</c>.</summary>
    Requests,

    /// <summary>Requests that a limit refused, at once or while they were served. Counted by <c>UseTenancy()</c>.</summary>
    Rejections,

    /// <summary>How long the tenant held connections to its database, in microseconds. Counted by <c>UsePostgres()</c>.</summary>
    DatabaseTime,

    /// <summary>Rows that the tenant's statements returned or changed. Counted by <c>UsePostgres()</c>.</summary>
    Rows,

    /// <summary>Bytes of results, where the tier limits their size (<see cref="QueryLimits.MaxResultBytes"/>); and what the application counts.</summary>
    Bytes,

    /// <summary>Pages: as <c>RequireQuota("pages")</c> and <c>SettleQuota</c> say, and those that the OCR client read, where it counts them in a quota.</summary>
    Pages,

    /// <summary>How long the tenant waited for connections, in microseconds. Counted by <c>UsePostgres()</c>.</summary>
    QueueTime,

    /// <summary>Bytes stored; not a sum but the most there was. Measured, see the storage quotas; it cannot be counted.</summary>
    Storage,
}
