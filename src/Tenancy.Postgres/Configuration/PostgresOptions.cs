namespace Tenancy;

/// <summary>Where tenants live. Read at start from <c>Tenancy:Postgres</c>; a mistake stops the host with all mistakes listed.</summary>
public sealed class PostgresOptions
{
    /// <summary>The default of <see cref="ApplicationSchema"/>.</summary>
    public const string DefaultApplicationSchema = "app";

    /// <summary>The default of <see cref="MaxAutoPrepare"/>.</summary>
    public const int DefaultMaxAutoPrepare = 100;

    /// <summary>The default of <see cref="EmptyPoolLimit"/>.</summary>
    public const int DefaultEmptyPoolLimit = 500;

    /// <summary>The default of <see cref="CatalogPollInterval"/>: 5 seconds.</summary>
    public static readonly TimeSpan DefaultCatalogPollInterval = TimeSpan.FromSeconds(5);

    /// <summary>The connection string of the catalog's database, with a login of its own. Required.</summary>
    /// <remarks>It goes to PostgreSQL directly, never through a pooler: changes are announced by NOTIFY.</remarks>
    public string Catalog { get; set; } = "";

    /// <summary>The servers that hold tenants, by a name of yours such as <c>eu-1</c>. At least one.</summary>
    public IDictionary<string, PostgresServerOptions> Servers { get; } =
        new SortedDictionary<string, PostgresServerOptions>(StringComparer.Ordinal);

    /// <summary>
    /// A secret of at least 32 bytes in Base64, from which the password of a tenant's own login is derived as
    /// HMAC-SHA-256 (RFC 2104). Required where a tier isolates by database; the same in all processes.
    /// </summary>
    public string? DeploymentKey { get; set; }

    /// <summary>
    /// Which key this process signs with at level <see cref="ProtectionLevel.Signed"/>. Databases accept every key that was
    /// installed and not retired, so that keys change without a pause: install the next, restart process by process with it,
    /// retire the last.
    /// </summary>
    /// <value>Default: 1. Range: 1 to 999,999,999.</value>
    public int SigningKeyId { get; set; } = 1;

    /// <summary>
    /// Secrets of their own for signing keys, by id: at least 32 bytes in Base64. Default: none; a key that has none here is
    /// derived from <see cref="DeploymentKey"/>.
    /// </summary>
    public IDictionary<int, string> SigningKeys { get; } = new SortedDictionary<int, string>();

    /// <summary>The schema of shared tables, and of the tables in a tenant's own database. Default: <c>app</c>.</summary>
    public string ApplicationSchema { get; set; } = DefaultApplicationSchema;

    /// <summary>The folder of SQL migrations, relative to the content root. Default: none, no migrations.</summary>
    public string? MigrationsDirectory { get; set; }

    /// <summary>How often the catalog is read when nothing announced a change.</summary>
    /// <value>Default: 5 seconds. Range: 100 ms to 1 hour.</value>
    public TimeSpan CatalogPollInterval { get; set; } = DefaultCatalogPollInterval;

    /// <summary>Statements that each connection keeps prepared.</summary>
    /// <value>Default: 100. Range: 0 (off) to 10,000.</value>
    public int MaxAutoPrepare { get; set; } = DefaultMaxAutoPrepare;

    /// <summary>
    /// Pools of tenants' own databases that are kept although they have no connection, those that were used last. The driver
    /// takes some 70 KB for each; one that is given up is made, and proven, again when its tenant comes back.
    /// </summary>
    /// <value>Default: 500. Range: 16 to 100,000.</value>
    public int EmptyPoolLimit { get; set; } = DefaultEmptyPoolLimit;

    /// <summary>How it is measured what tenants store.</summary>
    public StorageOptions Storage { get; } = new();

    /// <summary>What is removed from tenants' tables by itself.</summary>
    public CleanupOptions Cleanup { get; } = new();

    /// <summary>What the linter does at start, and what it accepts.</summary>
    public LintOptions Lint { get; } = new();

    /// <summary>Where in configuration these options stand, for messages.</summary>
    internal string Path { get; set; } = TenancyOptions.DefaultSection + ":Postgres";

    /// <summary>How the host configures the driver's data sources, in order.</summary>
    internal List<DataSourceHook> DataSourceHooks { get; } = [];

    /// <summary>What was wrong while configuration was read.</summary>
    internal List<string> Mistakes { get; } = [];
}
