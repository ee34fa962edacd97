namespace Tenancy;

/// <summary>One tenant's failure in a run over many.</summary>
/// <param name="Tenant">The tenant, as it was when its turn came.</param>
/// <param name="Error">What its work threw.</param>
public sealed record TenantFailure(Tenant Tenant, Exception Error);
