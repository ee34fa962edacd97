using Microsoft.AspNetCore.Http;

namespace Tenancy;

/// <summary>On which host a tenant is served, for absolute links made outside of its requests.</summary>
public interface ITenantHosts
{
    /// <summary>
    /// The tenant's host by the host pattern that was named first, without a port; <see langword="null"/> where there is
    /// no pattern.
    /// </summary>
    HostString? HostOf(Tenant tenant);
}
