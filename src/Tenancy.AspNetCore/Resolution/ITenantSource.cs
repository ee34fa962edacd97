using Microsoft.AspNetCore.Http;

namespace Tenancy;

/// <summary>One place of a request that may name its tenant: a claim, a route value, a header.</summary>
/// <remarks>
/// Runs on every request that needs or may have a tenant, so it should neither block nor allocate. What it throws is
/// the request's error: it is never taken for "no tenant".
/// </remarks>
public interface ITenantSource
{
    /// <summary>
    /// Whether what it says comes from the authenticated caller's token, so that it shows the caller has part in the
    /// tenant. Else it only selects: where any source is proof, a selection alone is refused.
    /// </summary>
    bool IsProof { get; }

    /// <summary>Reads what the request says here.</summary>
    /// <param name="context">The request, routed, authenticated and authorized.</param>
    TenantAnswer Read(HttpContext context);
}
