using Npgsql;

namespace Tenancy;

/// <summary>How to make a pool.</summary>
/// <param name="Key">What it is known by.</param>
/// <param name="ConnectionString">With login and password; never logged.</param>
/// <param name="Capacity">The most connections it may have.</param>
/// <param name="Identity">The one tenant its database belongs to; none where it is shared.</param>
internal sealed record PoolSettings(PoolKey Key, string ConnectionString, int Capacity, TenantId? Identity)
{
    /// <summary>How the host configures the driver's data source.</summary>
    public IReadOnlyList<DataSourceHook> Hooks { get; init; } = [];

    /// <summary>What keeps tenants apart there.</summary>
    public ProtectionLevel Level { get; init; } = ProtectionLevel.Latched;

    /// <summary>Signs the scopes; none but at level <see cref="ProtectionLevel.Signed"/>.</summary>
    public ScopeSigner? Signer { get; init; }

    /// <summary>Whether a connection takes part in the ambient transaction it is opened in.</summary>
    public bool Enlists { get; init; } = true;

    /// <summary>Tenants with tables of their own that one connection serves before it is replaced.</summary>
    public int SchemasPerConnection { get; init; } = PostgresServerOptions.DefaultSchemasPerConnection;

    /// <summary>The search path that sessions begin with.</summary>
    public string SearchPath => new NpgsqlConnectionStringBuilder(ConnectionString).SearchPath ?? "";

    public override string ToString() => Key.ToString();
}
