namespace Tenancy;

/// <summary>How limits are counted. Read at start from <c>Tenancy:Limits</c>; a mistake stops the host with all mistakes listed.</summary>
public sealed class LimitOptions
{
    /// <summary>The default of <see cref="Horizon"/>: 100 ms.</summary>
    public static readonly TimeSpan DefaultHorizon = TimeSpan.FromMilliseconds(100);

    /// <summary>The default of <see cref="AwayAfter"/>: 1 second.</summary>
    public static readonly TimeSpan DefaultAwayAfter = TimeSpan.FromSeconds(1);

    /// <summary>How exactly all processes together are held to a rate.</summary>
    /// <value>Default: <see cref="LimitMode.Lenient"/>; without a ledger, such as PostgreSQL's, always <see cref="LimitMode.Local"/>.</value>
    public LimitMode Mode { get; set; } = LimitMode.Lenient;

    /// <summary>
    /// For how long ahead a process leases at most. Longer asks the ledger less often; what is leased and not used yet, over
    /// all processes, is at most the rate times this. In strict mode no more than half a burst is ever leased ahead.
    /// </summary>
    /// <value>Default: 100 ms. Range: 10 ms to 1 s.</value>
    public TimeSpan Horizon { get; set; } = DefaultHorizon;

    /// <summary>What happens while the ledger cannot be reached.</summary>
    /// <value>Default: <see cref="LedgerAwayPolicy.LocalShare"/>.</value>
    public LedgerAwayPolicy WhenAway { get; set; } = LedgerAwayPolicy.LocalShare;

    /// <summary>For how long requests wait for a ledger that does not answer before <see cref="WhenAway"/> applies.</summary>
    /// <value>Default: 1 second. Range: 100 ms to 1 minute.</value>
    public TimeSpan AwayAfter { get; set; } = DefaultAwayAfter;

    /// <summary>
    /// How many requests one address may make before it is known whose it is; what turns out to be a tenant's own request
    /// is given back. Needs <c>app.UseTenancyEdge()</c>, and behind a proxy <c>app.UseForwardedHeaders()</c> before it.
    /// </summary>
    /// <value>Default: none, no limit.</value>
    public RateLimit? UnknownCallers { get; set; }

    /// <summary>Where in configuration these options stand, for messages.</summary>
    internal string Path { get; set; } = TenancyOptions.DefaultSection + ":Limits";

    /// <summary>What was wrong while configuration was read.</summary>
    internal List<string> Mistakes { get; } = [];
}

/// <summary>How exactly all processes together are held to a rate.</summary>
public enum LimitMode
{
    /// <summary>Each process counts for itself: N of them admit N times the limit.</summary>
    Local,

    /// <summary>In any time t, at most burst + rate × t, and what was leased ahead: rate × <see cref="LimitOptions.Horizon"/>.</summary>
    Lenient,

    /// <summary>In any time t, at most burst + rate × t. What is leased ahead is taken out of the burst.</summary>
    Strict,
}

/// <summary>What happens while the ledger cannot be reached.</summary>
public enum LedgerAwayPolicy
{
    /// <summary>Each process admits its part of the rate, by the number of processes there were last.</summary>
    LocalShare,

    /// <summary>All is admitted, and charged when the ledger is back.</summary>
    Open,

    /// <summary>Nothing is admitted.</summary>
    Closed,
}
