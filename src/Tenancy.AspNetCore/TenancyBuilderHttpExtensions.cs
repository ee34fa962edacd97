using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Tenancy;

/// <summary>Registers how requests find their tenant.</summary>
public static class TenancyBuilderHttpExtensions
{
    /// <summary>
    /// Names where requests say whose they are, such as <c>sources => sources.Claim("org").Route("tenant")</c>. Also
    /// registers problem details, exception handlers for <see cref="TenantUnavailableException"/> and
    /// <see cref="IQueryTimeout"/> that <c>app.UseExceptionHandler()</c> runs, links that keep the tenant, and a filter that pins hubs' connections to it.
    /// </summary>
    /// <param name="builder">What <c>AddTenancy</c> returned.</param>
    /// <param name="configure">Adds the sources. Called again, the method adds to those there are.</param>
    /// <remarks>
    /// All sources that speak must agree. As soon as one of them is proof, such as a claim, a tenant is found only
    /// where a proof names it: route, host or header alone are refused. The host does not start without any source.
    /// </remarks>
    public static TenancyBuilder ResolveTenantsFrom(this TenancyBuilder builder, Action<TenantSources> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        var services = builder.Services;
        services.AddOptions<TenantSources>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<TenantSources>, TenantSourcesValidator>());
        services.TryAddSingleton<TenantSourceSet>();
        services.TryAddSingleton<TenantResolver>();
        services.TryAddSingleton<ITenantHosts, TenantHosts>();
        services.TryAddSingleton<TenantProblemWriter>();
        services.TryAddSingleton<CallerEdge>();
        services.TryAddSingleton<TenantLimiting>();
        services.TryAddSingleton<BodyLimit>();
        services.TryAddSingleton<TenancyUse>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupFilter, TenancyStartupFilter>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IExceptionHandler, TenantUnavailableExceptionHandler>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IExceptionHandler, QueryTimeoutExceptionHandler>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IExceptionHandler, TenantRefusalExceptionHandler>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IExceptionHandler, BodyLimitExceptionHandler>());
        services.AddProblemDetails();
        services.KeepTenantInLinks();
        services.PinTenantsToHubs();
        return builder;
    }
}
