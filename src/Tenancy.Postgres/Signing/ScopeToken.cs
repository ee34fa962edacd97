namespace Tenancy;

/// <summary>What lets a tenant enter on one connection, for half a minute.</summary>
/// <param name="Tenant">Who may enter.</param>
/// <param name="Issued">When it was made; whole microseconds, as the server counts.</param>
/// <param name="Mac">The signature.</param>
internal sealed record ScopeToken(TenantId Tenant, DateTime Issued, byte[] Mac);
