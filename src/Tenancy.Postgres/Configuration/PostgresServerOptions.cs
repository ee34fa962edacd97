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

    /// <summary>The default of <see cref="DatabasePoolSize"/>.</summary>
    public const int DefaultDatabasePoolSize = 8;

    /// <summary>The connection string of the login that serves requests, to the database of the shared tenants. Required.</summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>The connection string of the login that creates places and migrates, to the same database. Required.</summary>
    public string Migrator { get; set; } = "";

    /// <summary>
    /// Connections that this process may hold to the server, whatever for: all tenants' pools, migrations, and the catalog's
    /// four (one of them counts limits) where it is on the same server.
    /// </summary>
    /// <value>Default: 64. Range: 2 to 10,000; 6 to 10,000 where the catalog is on the same server. May change while the host runs.</value>
    public int ConnectionBudget { get; set; } = DefaultConnectionBudget;

    /// <summary>Connections that this process may hold to the database of the shared tenants.</summary>
    /// <value>Default: none, as many as <see cref="ConnectionBudget"/>. Range: 1 to 10,000.</value>
    public int? SharedPoolSize { get; set; }

    /// <summary>Connections that this process may hold to each tenant's own database.</summary>
    /// <value>Default: 8. Range: 1 to 1,000.</value>
    public int DatabasePoolSize { get; set; } = DefaultDatabasePoolSize;

    /// <summary>
    /// Tenants with a schema of their own that one connection serves before it is replaced. A backend keeps about 8 KB for
    /// each table that it ever touched: 500 tenants with 50 tables each take 200 MB.
    /// </summary>
    /// <value>Default: 500. Range: 1 to 100,000.</value>
    public int SchemasPerConnection { get; set; } = DefaultSchemasPerConnection;

    /// <summary>Where the server stands, such as <c>eu</c>. For people; default: none.</summary>
    public string? Region { get; set; }
}
