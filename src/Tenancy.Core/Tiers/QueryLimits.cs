namespace Tenancy;

/// <summary>What a tenant's queries may use.</summary>
public sealed record QueryLimits
{
    /// <summary>The most concurrent queries that is ever configured.</summary>
    public const int MaxMaxConcurrent = 10_000;

    /// <summary>The weight of a tier that names none.</summary>
    public const int DefaultWeight = 1;

    /// <summary>The greatest weight that is ever configured.</summary>
    public const int MaxWeight = 1000;

    /// <summary>The longest timeout that is ever configured.</summary>
    public const string MaxTimeout = "1.00:00:00";

    /// <summary>The most concurrent queries over all processes that is ever configured.</summary>
    public const int MaxMaxConcurrentOverall = 1000;

    /// <summary>Queries that a tenant may run at the same time, in each process: connections that it may hold.</summary>
    /// <value>Default: none, no limit. Range: 1 to 10,000.</value>
    [Within(1, MaxMaxConcurrent, "concurrent queries")]
    public int? MaxConcurrent { get; init; }

    /// <summary>
    /// Transactions that a tenant may run at the same time, in all processes together; a statement outside a transaction is one.
    /// Exact: the server counts them, in the statement that enters. No process holds more connections for the tenant than that.
    /// </summary>
    /// <value>Default: none, no limit. Range: 1 to 1,000.</value>
    [Within(1, MaxMaxConcurrentOverall, "concurrent queries")]
    public int? MaxConcurrentOverall { get; init; }

    /// <summary>The tenant's part of the connections where they are short: twice the weight, twice the time on them.</summary>
    /// <value>Default: none, which counts as 1. Range: 1 to 1,000.</value>
    [Within(1, MaxWeight, "times the time")]
    public int? Weight { get; init; }

    /// <summary>How long one statement may run (<c>statement_timeout</c>). Parts of a millisecond are rounded up.</summary>
    /// <value>Default: none, no limit. Range: 1 ms to 1 day.</value>
    [WithinTime("00:00:00.001", MaxTimeout)]
    public TimeSpan? Timeout { get; init; }

    /// <summary>
    /// How long a transaction may wait for its next statement before the server ends the connection
    /// (<c>idle_in_transaction_session_timeout</c>). Parts of a millisecond are rounded up.
    /// </summary>
    /// <value>Default: none, what the server has. Range: 1 ms to 1 day.</value>
    [WithinTime("00:00:00.001", MaxTimeout)]
    public TimeSpan? IdleInTransaction { get; init; }

    /// <summary>
    /// Memory that one step of a query, such as a sort, may take before it writes to disk (<c>work_mem</c>). A query has
    /// several steps, and each parallel worker its own. Whole KiB count.
    /// </summary>
    /// <value>Default: none, what the server has. Range: 64 KiB to 1 TiB.</value>
    [Within(64L << 10, 1L << 40, "bytes")]
    public long? WorkMemoryBytes { get; init; }

    /// <summary>
    /// Bytes of temporary files that one process of the server may use for the tenant at a time (<c>temp_file_limit</c>).
    /// Needs a right that the installer grants; a start without it says so, and serves without the limit. Whole KiB count.
    /// </summary>
    /// <value>Default: none, what the server has. Range: 1 KiB to 1 TiB.</value>
    [Within(1L << 10, 1L << 40, "bytes")]
    public long? MaxTemporaryBytes { get; init; }

    /// <summary>
    /// Bytes that the rows of one execution may have on the wire, those of all its results together. It is cancelled there.
    /// </summary>
    /// <value>Default: none, no limit. Range: 1 byte to 1 TiB.</value>
    [Within(1, 1L << 40, "bytes")]
    public long? MaxResultBytes { get; init; }
}
