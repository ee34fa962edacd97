using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Tenancy;

/// <summary>Stops the host where endpoints require a tenant and <c>UseTenancy()</c> was never called.</summary>
internal sealed class TenancyStartupFilter(TenancyUse use) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        next(app);
        if (use.Called || app.ApplicationServices.GetService<EndpointDataSource>() is not { } source)
            return;
        foreach (var endpoint in source.Endpoints)
        {
            if (TenantGuard.Requirement(endpoint) == TenantRequirement.Required)
                throw TenantGuard.Missed(endpoint);
        }
    };
}
