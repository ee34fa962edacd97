namespace Tenancy;

/// <summary>One PostgreSQL server that holds tenants.</summary>
public sealed class PostgresServerOptions
{
    /// <summary>The default of <see cref="ConnectionBudget"/>.</summary>
    public const int DefaultConnectionBudget = 64;

    /// <summary>The default of <see cref="SchemasPerConnection"/>.</summary>
    public const int DefaultSchemasPerConnection = 500;

    /// <summary>The greatest <see cref="ConnectionBudget"/>.</summary>
    public const int MaxConnectionBudget = 10_000;

    /// <summary>What must be left for the tenants: one connection holds a tenant's place while another one works on it.</summary>
    internal const int LeastForTenants = 2;

    /// <summary>The default of <see cref="AttestationInterval"/>: 30 seconds.</summary>
    public static readonly TimeSpan DefaultAttestationInterval = TimeSpan.FromSeconds(30);

    /// <summary>The default of <see cref="DatabasePoolSize"/>.</summary>
    public const int DefaultDatabasePoolSize = 8;

    /// <summary>The connection string of the login that serves requests, to the database of the shared tenants. Required.</summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>The connection string of the login that creates places and migrates, to the same database. Required.</summary>
    public string Migrator { get; set; } = "";

    /// <summary>What stands between this process and PostgreSQL.</summary>
    /// <value>Default: <see cref="PostgresPooler.None"/>. A pooler that was not declared is found at start, and refused.</value>
    public PostgresPooler Pooler { get; set; }

    /// <summary>
    /// <c>Host=…;Port=…</c> of PostgreSQL itself, where <see cref="ConnectionString"/> leads to a pooler: migrations and the
    /// creation of tenants go there, and so must the catalog.
    /// </summary>
    /// <value>Default: none. Required with a <see cref="Pooler"/>, refused without.</value>
    public string? Direct { get; set; }

    /// <summary>
    /// Statements that each connection keeps prepared behind a pooler, instead of <see cref="PostgresOptions.MaxAutoPrepare"/>.
    /// Only for PgBouncer 1.21 or newer with at least as many <c>max_prepared_statements</c>; older ones answer 26000.
    /// </summary>
    /// <value>Default: 0 (off). Range: 0 to 10,000.</value>
    public int PoolerMaxAutoPrepare { get; set; }

    /// <summary>
    /// How old a session's attestation may be: that nobody left in it what the next tenant could meet. It goes along with a
    /// statement. Behind a pooler every scope attests, whatever this says.
    /// </summary>
    /// <value>Default: 30 seconds. Range: 0 (once in each lease) to 1 hour.</value>
    public TimeSpan AttestationInterval { get; set; } = DefaultAttestationInterval;

    /// <summary>
    /// Connections that this process may hold to the server, whatever for: all tenants' pools, migrations, and the catalog's
    /// four (one of them counts limits) where it is on the same server.
    /// </summary>
    /// <value>Default: 64. Range: 2 to 10,000; 6 to 10,000 where the catalog is on the same server. May change while the host runs.</value>
    public int ConnectionBudget { get; set; } = DefaultConnectionBudget;

    /// <summary>
    /// Where <see cref="ConnectionString"/> names several hosts: connections that this process may hold to each of them for
    /// reading, while it is a standby. A host is a server of its own; these come on top of <see cref="ConnectionBudget"/>,
    /// which is for the primary alone.
    /// </summary>
    /// <value>Default: none, as many as <see cref="ConnectionBudget"/>. Range: 2 to 10,000.</value>
    public int? ReplicaConnectionBudget { get; set; }

    internal int ReplicaLimit => ReplicaConnectionBudget ?? ConnectionBudget;

    /// <summary>Connections that this process may hold to the database of the shared tenants.</summary>
    /// <value>Default: none, as many as <see cref="ConnectionBudget"/>. Range: 1 to 10,000.</value>
    public int? SharedPoolSize { get; set; }

    /// <summary>Connections that this process may hold to each tenant's own database, or by each tenant's own login.</summary>
    /// <value>Default: 8. Range: 1 to 1,000.</value>
    public int DatabasePoolSize { get; set; } = DefaultDatabasePoolSize;

    /// <summary>
    /// Tenants with a schema of their own that one connection serves before it is replaced. A backend keeps about 8 KB for
    /// each table that it ever touched: 500 tenants with 50 tables each take 200 MB.
    /// </summary>
    /// <value>Default: 500. Range: 1 to 100,000.</value>
    public int SchemasPerConnection { get; set; } = DefaultSchemasPerConnection;

    /// <summary>
    /// What keeps tenants apart on this server. The installer must have run with the same one; each database is proven to
    /// hold it before it is used, and refused with the remedy where it does not.
    /// </summary>
    /// <value>Default: <see cref="ProtectionLevel.Latched"/>.</value>
    public ProtectionLevel Level { get; set; } = ProtectionLevel.Latched;

    /// <summary>What becomes of a session between one tenant's lease and the next one's.</summary>
    /// <value>Default: <see cref="SessionReset.WhereNeeded"/>. Behind a pooler every scope attests, and <see cref="SessionReset.Discard"/> is refused.</value>
    public SessionReset SessionReset { get; set; }

    /// <summary>What guards the tables of new tenants with a schema of their own, unless their creation says.</summary>
    /// <value>Default: <see cref="SchemaGuard.RowSecurity"/>.</value>
    public SchemaGuard SchemaGuard { get; set; }

    /// <summary>Where the server stands, such as <c>eu</c>. For people; default: none.</summary>
    public string? Region { get; set; }

    /// <summary>A connection string that leads to PostgreSQL itself.</summary>
    internal string Itself => Pooler == PostgresPooler.None ? ConnectionString : Direct ?? ConnectionString;
}
