using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Tenancy;

/// <summary>Puts tenancy into a host's pipeline.</summary>
public static class TenancyApplicationBuilderExtensions
{
    /// <summary>
    /// Finds each request's tenant and makes it ambient for the rest of the pipeline, or refuses the request with
    /// problem details. What an endpoint needs is said on it: see <see cref="TenantEndpointExtensions"/>.
    /// </summary>
    /// <param name="app">The pipeline, after routing, authentication and authorization.</param>
    /// <exception cref="InvalidOperationException"><c>ResolveTenantsFrom</c> or a catalog is missing.</exception>
    public static IApplicationBuilder UseTenancy(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var services = app.ApplicationServices;
        var use = services.GetService<TenancyUse>() ?? throw new InvalidOperationException(
            "app.UseTenancy() does not know where requests name their tenant. Call services.AddTenancy(...)" +
            ".ResolveTenantsFrom(sources => sources.Claim(\"org\")), or with other sources.");
        if (services.GetService<ITenantCatalog>() is null)
        {
            throw new InvalidOperationException(
                "app.UseTenancy() finds no tenant catalog. Call services.AddTenancy(...).UsePostgres(), or register " +
                "an ITenantCatalog of your own.");
        }

        use.Called = true;
        var resolver = services.GetRequiredService<TenantResolver>();
        var tenants = services.GetRequiredService<ITenantContext>();
        var problems = services.GetRequiredService<TenantProblemWriter>();
        var logger = services.GetRequiredService<ILogger<TenancyMiddleware>>();
        return app.Use(next => new TenancyMiddleware(next, resolver, tenants, problems, logger).InvokeAsync);
    }
}
