using Microsoft.AspNetCore.Builder;

namespace Tenancy;

/// <summary>Says of endpoints and groups whether they work with a tenant.</summary>
public static class TenantEndpointExtensions
{
    /// <summary>
    /// Serves the endpoints only to requests whose tenant was found and is active; the tenant is then ambient.
    /// </summary>
    /// <remarks>
    /// What is said closer to the endpoint wins: one in a group may opt out with <see cref="WithoutTenant"/>.
    /// On <c>MapControllers()</c> this comes after the controllers' attributes and overrides them: to let an action
    /// opt out, call it on a group and map the controllers in there. A request that reaches the endpoint without
    /// having passed <c>UseTenancy()</c> is an <see cref="InvalidOperationException"/>, and the endpoint does not run.
    /// </remarks>
    public static TBuilder RequireTenant<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Add(static endpoint =>
        {
            endpoint.Metadata.Add(RequireTenantAttribute.Instance);
            if (endpoint.RequestDelegate is { } run)
                endpoint.RequestDelegate = TenantGuard.Around(run);
        });
        return builder;
    }

    /// <summary>Serves the endpoints without a tenant: none is looked for, and none is ambient.</summary>
    /// <remarks>What is said closer to the endpoint wins.</remarks>
    public static TBuilder WithoutTenant<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Add(static endpoint => endpoint.Metadata.Add(WithoutTenantAttribute.Instance));
        return builder;
    }

    /// <summary>
    /// Serves the endpoints also to callers whose token names no tenant, for the one that host, route or header select.
    /// </summary>
    /// <inheritdoc cref="AllowAnonymousTenantAttribute"/>
    public static TBuilder AllowAnonymousTenant<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Add(static endpoint => endpoint.Metadata.Add(AllowAnonymousTenantAttribute.Instance));
        return builder;
    }
}
