namespace Tenancy;

/// <summary>Where a tenant's data lives now.</summary>
/// <param name="Isolation">How it is kept apart.</param>
/// <param name="Server">The configured name of the PostgreSQL server, such as <c>eu-1</c>; never a host name.</param>
/// <param name="Database">The database on that server.</param>
/// <param name="Schema">The schema its tables are in: its own, or the application's.</param>
public sealed record TenantPlacement(TenantIsolation Isolation, string Server, string Database, string Schema)
{
    /// <summary>What guards its tables, if it has a schema of its own. Default: <see cref="SchemaGuard.RowSecurity"/>.</summary>
    public SchemaGuard Guard { get; init; }
}
