namespace Tenancy;

/// <summary>How much a tenant may store.</summary>
public sealed record StorageLimits
{
    /// <summary>Bytes that a tenant's tables may take.</summary>
    /// <value>Default: none, no limit. Range: 1 byte to 1 PiB.</value>
    [Within(1, 1L << 50, "bytes")]
    public long? QuotaBytes { get; init; }

    /// <summary>By how many hundredths the quota may be exceeded before writes are refused.</summary>
    /// <value>Default: none, which counts as 5. Range: 0 to 100.</value>
    [Within(0, 100, "percent")]
    public int? GracePercent { get; init; }

    /// <summary>For how long the quota may be exceeded before writes are refused, however little it is.</summary>
    /// <value>Default: none, which counts as 1 day. Range: 0 to 90 days.</value>
    [WithinTime("00:00:00", "90.00:00:00")]
    public TimeSpan? GracePeriod { get; init; }

    /// <summary>Rows that a tenant may have in any one table. It has the same grace.</summary>
    /// <value>Default: none, no limit. Range: 1 to 1,000,000,000,000.</value>
    [Within(1, 1_000_000_000_000, "rows")]
    public long? MaxRows { get; init; }

    /// <summary>
    /// Tables that a tenant with a schema or database of its own may have. Nothing is refused because of it, since the login
    /// that serves requests makes none; who observes is told.
    /// </summary>
    /// <value>Default: none, no limit. Range: 1 to 1,000,000.</value>
    [Within(1, 1_000_000, "tables")]
    public long? MaxTables { get; init; }
}
