using Microsoft.AspNetCore.Http;

namespace Tenancy;

internal sealed class TenantHosts(TenantSourceSet sources) : ITenantHosts
{
    public HostString? HostOf(Tenant tenant)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        return sources.Host?.HostOf(tenant) is { } host ? new HostString(host) : null;
    }
}
