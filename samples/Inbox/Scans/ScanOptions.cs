namespace Inbox.Scans;

/// <summary>How scans are taken in and read. A mistake stops the host at start.</summary>
sealed class ScanOptions
{
    /// <summary>Where in configuration these options stand.</summary>
    public const string Section = "Scans";

    /// <summary>How many scans this process reads at the same time. Default: 2. Range: 0 (others read them) to 64.</summary>
    public int Workers { get; set; } = 2;

    /// <summary>
    /// For how long a worker has a scan without saying that it is still there: what one that was killed had is read on by
    /// another after this. Default: 30 seconds. Range: 1 second to 10 minutes.
    /// </summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often an idle worker looks for scans that came through other processes. Default: 1 second. Range: 50 ms to 1 minute.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often reading is begun without a page to show for it, before it is given up. Default: 8. Range: 1 to 100.</summary>
    public int MaxAttempts { get; set; } = 8;

    /// <summary>How long to wait after the first failed attempt; doubled each time, up to 5 minutes. Default: 2 seconds. Range: 50 ms to 5 minutes.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>For how long progress is sent before the caller has to ask again. Default: 10 minutes. Range: 1 second to 1 hour.</summary>
    public TimeSpan EventsFor { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Bytes of files that this process takes in at the same time; a tenant's no more than half. Default: 256 MiB. Range:
    /// 128 MiB, so that half of it holds the largest file, to 64 GiB.
    /// </summary>
    public long MaxUploadBytes { get; set; } = 256L << 20;

    /// <summary>What a file may be, where the tenant's tier says nothing else.</summary>
    public ScanLimits Limits { get; set; } = new();

    /// <summary>What a file may be, by the name of the tier.</summary>
    public Dictionary<string, ScanLimits> Tiers { get; set; } = new(StringComparer.Ordinal);

    public ScanLimits LimitsOf(string tier) => Tiers.GetValueOrDefault(tier, Limits);
}

/// <summary>What a file may be. How many pages a tenant may have read in a day or a month is its tier's quota <c>pages</c>.</summary>
sealed class ScanLimits
{
    /// <summary>Bytes of a file. Default: 16 MiB. Range: 1 KiB to 64 MiB.</summary>
    public int MaxBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>Pages of a file. Default: 50. Range: 1 to 10,000.</summary>
    public int MaxPages { get; set; } = 50;
}
