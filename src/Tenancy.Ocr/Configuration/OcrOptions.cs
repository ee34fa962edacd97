namespace Tenancy;

/// <summary>Where OCR servers are and what may be asked of them. Read at start from <c>Tenancy:Ocr</c>; a mistake stops the host with all mistakes listed.</summary>
public sealed class OcrOptions
{
    /// <summary>The name of the pool that <see cref="Servers"/> make.</summary>
    public const string DefaultPool = "default";

    /// <summary>The default of <see cref="Timeout"/>: 5 minutes.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(5);

    /// <summary>The default of <see cref="PageTimeout"/>: 60 seconds.</summary>
    public static readonly TimeSpan DefaultPageTimeout = TimeSpan.FromSeconds(60);

    /// <summary>The default of <see cref="MaxAttempts"/>.</summary>
    public const int DefaultMaxAttempts = 3;

    /// <summary>The servers of the pool <c>default</c>, such as <c>https://ocr-1:8500</c>. With none, <see cref="Pools"/> must name some.</summary>
    public IList<string> Servers { get; } = [];

    /// <summary>Further pools by name: PaddleOCR fixes the language when a server starts, so each model family is a pool of its own.</summary>
    public IDictionary<string, OcrPoolOptions> Pools { get; } = new SortedDictionary<string, OcrPoolOptions>(StringComparer.Ordinal);

    /// <summary>The certificates for servers with <c>https</c>.</summary>
    public OcrTlsOptions Tls { get; } = new();

    /// <summary>What a document may be.</summary>
    public OcrInputLimits Input { get; } = new();

    /// <summary>How much may wait.</summary>
    public OcrQueueOptions Queue { get; } = new();

    /// <summary>What one tenant may use, unless its tier says otherwise. Default: no limits.</summary>
    public OcrTenantLimits Tenants { get; set; } = new();

    /// <summary>What a tenant of a tier may use, by the tier's name. Default: none, <see cref="Tenants"/> holds for all.</summary>
    public IDictionary<string, OcrTenantLimits> Tiers { get; } = new Dictionary<string, OcrTenantLimits>(StringComparer.Ordinal);

    /// <summary>
    /// The quota of the tenant's tier that pages are counted in, such as <c>pages</c>: over all processes, and set right when a
    /// document is done. Not to be named where endpoints count the same pages already (<c>RequireQuota</c>).
    /// </summary>
    /// <value>Default: none, they are not counted.</value>
    public string? Quota { get; set; }

    /// <summary>How long a document may take, waiting included.</summary>
    /// <value>Default: 5 minutes. Range: 1 ms to 1 day.</value>
    public TimeSpan Timeout { get; set; } = DefaultTimeout;

    /// <summary>How long a server may take for the next page before another is asked.</summary>
    /// <value>Default: 60 seconds. Range: 1 ms to 1 hour.</value>
    public TimeSpan PageTimeout { get; set; } = DefaultPageTimeout;

    /// <summary>Servers that are asked for the same pages, at most.</summary>
    /// <value>Default: 3. Range: 1 (never again) to 10.</value>
    public int MaxAttempts { get; set; } = DefaultMaxAttempts;

    /// <summary>
    /// After how long a second server is asked for the same image, where one is idle; the first answer counts. One image in
    /// twenty at most, and never with servers that cannot cancel.
    /// </summary>
    /// <value>Default: none, never. Range: 10 ms to 10 minutes.</value>
    public TimeSpan? HedgeAfter { get; set; }

    /// <summary>Where in configuration these options stand, for messages.</summary>
    internal string Path { get; set; } = "Ocr";

    /// <summary>What was wrong while configuration was read.</summary>
    internal List<string> Mistakes { get; } = [];
}
