namespace Tenancy;

/// <summary>How a tenant's data is kept apart from that of others.</summary>
public enum TenantIsolation
{
    /// <summary>Shared tables; PostgreSQL's row security shows each tenant its own rows.</summary>
    Row,

    /// <summary>A schema of its own in a shared database, guarded by row security as well.</summary>
    Schema,

    /// <summary>A database and a login of its own.</summary>
    Database,
}
