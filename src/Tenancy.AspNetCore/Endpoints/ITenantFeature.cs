namespace Tenancy;

/// <summary>The request's tenant, among <c>HttpContext.Features</c>; not there where the request has none.</summary>
/// <remarks>
/// Unlike the ambient tenant it stays until the request ends, so that middleware around <c>UseTenancy()</c>, such as an
/// access log, can read it on the way out.
/// </remarks>
public interface ITenantFeature
{
    /// <summary>The tenant, as the catalog had it when the request came in.</summary>
    Tenant Tenant { get; }
}
