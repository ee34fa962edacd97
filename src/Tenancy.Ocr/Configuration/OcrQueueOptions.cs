namespace Tenancy;

/// <summary>How much may wait for the servers of each pool. What does not fit is refused at once.</summary>
public sealed class OcrQueueOptions
{
    /// <summary>The default of <see cref="MaxCalls"/>.</summary>
    public const int DefaultMaxCalls = 1000;

    /// <summary>The default of <see cref="MaxCallsPerTenant"/>.</summary>
    public const int DefaultMaxCallsPerTenant = 100;

    /// <summary>The default of <see cref="MaxBytes"/>: 512 MiB.</summary>
    public const long DefaultMaxBytes = 512L * 1024 * 1024;

    /// <summary>Calls that wait.</summary>
    /// <value>Default: 1,000. Range: 0 (none) to 1,000,000.</value>
    [Within(0, 1_000_000, "calls")]
    public int MaxCalls { get; set; } = DefaultMaxCalls;

    /// <summary>Calls of one tenant that wait.</summary>
    /// <value>Default: 100. Range: 0 (none) to 1,000,000.</value>
    [Within(0, 1_000_000, "calls")]
    public int MaxCallsPerTenant { get; set; } = DefaultMaxCallsPerTenant;

    /// <summary>Bytes of the documents that wait.</summary>
    /// <value>Default: 512 MiB. Range: 1 MiB to 1 TiB.</value>
    [Within(1L << 20, 1L << 40, "bytes")]
    public long MaxBytes { get; set; } = DefaultMaxBytes;
}
