namespace Tenancy;

/// <summary>Which connections a data source is for.</summary>
/// <param name="Server">The configured name of the server.</param>
/// <param name="Database">The database.</param>
/// <param name="Login">Who logs in.</param>
/// <param name="Tenant">The one tenant that it serves, by a login of its own; <see langword="null"/> where tenants share it.</param>
public sealed record PostgresPool(string Server, string Database, string Login, TenantId? Tenant);
