using Npgsql;

namespace Tenancy;

/// <summary>How to make a pool.</summary>
/// <param name="Key">What it is known by.</param>
/// <param name="ConnectionString">With login and password; never logged.</param>
/// <param name="Capacity">The most connections it may have.</param>
/// <param name="Identity">The one tenant its database belongs to; none where it is shared.</param>
internal sealed record PoolSettings(PoolKey Key, string ConnectionString, int Capacity, TenantId? Identity)
{
    readonly TenantId? _owner;

    /// <summary>The one tenant that its connections serve, by a login of its own; none where tenants share them.</summary>
    public TenantId? Owner
    {
        get => _owner ?? Identity;
        init => _owner = value;
    }

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

    /// <summary>What metrics and spans call it: by placement, never by tenant.</summary>
    public string Name => $"{Replica?.Budget.Server ?? Key.Server}/{(Owner is null ? Key.Database : "own")}{(OnlyReads && Replica is null ? "/read-only" : "")}";

    /// <summary>Whether it hands out sessions that only read.</summary>
    public bool OnlyReads => Key.Reading.Length > 0;

    /// <summary>The standby that it leads to; none where it leads to where tenants write.</summary>
    public Replica? Replica { get; init; }

    /// <summary>Whether it is to be noted when a tenant may have written, because a standby reads for it.</summary>
    public bool NotesWrites { get; init; }

    /// <summary>Whether sessions are a pooler's: each transaction may run on another one, and their ids are not the server's.</summary>
    public bool IsPooled { get; init; }

    /// <summary>What becomes of a session between leases.</summary>
    public SessionReset Reset { get; init; }

    /// <summary>How old a session's attestation may be.</summary>
    public TimeSpan AttestationInterval { get; init; } = PostgresServerOptions.DefaultAttestationInterval;

    /// <summary>The search path that sessions begin with.</summary>
    public string SearchPath => new NpgsqlConnectionStringBuilder(ConnectionString).SearchPath ?? "";

    public override string ToString() => Key.ToString();
}
