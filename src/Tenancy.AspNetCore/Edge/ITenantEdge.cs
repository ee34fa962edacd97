using Microsoft.AspNetCore.Http;

namespace Tenancy;

/// <summary>
/// What is asked before authentication whether a request may go on: where limits for unknown callers belong. One that
/// refuses has answered.
/// </summary>
internal interface ITenantEdge
{
    /// <param name="context">The request; its caller is not known yet.</param>
    /// <param name="selected">
    /// The tenant that host, header or route select, which proves nothing; <see langword="null"/> where they select none,
    /// or one that is not known.
    /// </param>
    ValueTask<bool> AdmitAsync(HttpContext context, Tenant? selected);
}
