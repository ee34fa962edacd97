using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Tenancy;

/// <summary>Puts tenancy into a host's pipeline.</summary>
public static class TenancyApplicationBuilderExtensions
{
    /// <summary>
    /// Finds each request's tenant, holds it to the limits of its tier and makes it ambient for the rest of the pipeline, or
    /// refuses the request with problem details. What an endpoint needs is said on it: see <see cref="TenantEndpointExtensions"/>.
    /// </summary>
    /// <param name="app">The pipeline, after routing, authentication and authorization.</param>
    /// <exception cref="InvalidOperationException"><c>ResolveTenantsFrom</c> or a catalog is missing.</exception>
    public static IApplicationBuilder UseTenancy(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var services = app.ApplicationServices;
        Check(services, "UseTenancy").Called = true;
        var resolver = services.GetRequiredService<TenantResolver>();
        var tenants = services.GetRequiredService<ITenantContext>();
        var problems = services.GetRequiredService<TenantProblemWriter>();
        var logger = services.GetRequiredService<ILogger<TenancyMiddleware>>();
        var limiting = services.GetRequiredService<TenantLimiting>();
        var bodies = services.GetRequiredService<BodyLimit>();
        return app.Use(next => new TenancyMiddleware(next, resolver, tenants, problems, limiting, bodies, logger).InvokeAsync);
    }

    /// <summary>
    /// Refuses, before authentication, requests whose host, header or route cannot name a tenant: texts that are no slug,
    /// several headers, contradictions; on a site without a proof source also unknown tenants. All get the answer that an
    /// unknown tenant gets. Also limits each address, where <see cref="LimitOptions.UnknownCallers"/> says so. Optional: what it lets through, <c>UseTenancy()</c> still decides.
    /// </summary>
    /// <param name="app">The pipeline, after routing and before authentication.</param>
    /// <exception cref="InvalidOperationException">
    /// <c>ResolveTenantsFrom</c> or a catalog is missing, or <c>UseTenancy()</c> was called before.
    /// </exception>
    public static IApplicationBuilder UseTenancyEdge(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var services = app.ApplicationServices;
        if (Check(services, "UseTenancyEdge").Called)
        {
            throw new InvalidOperationException(
                "app.UseTenancyEdge() comes after app.UseTenancy(), where it has nothing left to refuse. Call it before " +
                "app.UseAuthentication().");
        }

        var sources = services.GetRequiredService<TenantSourceSet>();
        var catalog = services.GetRequiredService<ITenantCatalog>();
        var problems = services.GetRequiredService<TenantProblemWriter>();
        ITenantEdge[] edges = [services.GetRequiredService<CallerEdge>(), .. services.GetServices<ITenantEdge>()];
        var logger = services.GetRequiredService<ILogger<TenancyEdgeMiddleware>>();
        return app.Use(next => new TenancyEdgeMiddleware(next, sources, catalog, problems, edges, logger).InvokeAsync);
    }

    static TenancyUse Check(IServiceProvider services, string call)
    {
        var use = services.GetService<TenancyUse>() ?? throw new InvalidOperationException(
            $"app.{call}() does not know where requests name their tenant. Call services.AddTenancy(...)" +
            ".ResolveTenantsFrom(sources => sources.Claim(\"org\")), or with other sources.");
        if (services.GetService<ITenantCatalog>() is null)
        {
            throw new InvalidOperationException(
                $"app.{call}() finds no tenant catalog. Call services.AddTenancy(...).UsePostgres(), or register " +
                "an ITenantCatalog of your own.");
        }

        return use;
    }
}
