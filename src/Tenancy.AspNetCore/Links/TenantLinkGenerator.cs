using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Tenancy;

/// <summary>
/// Generates links that stay with the ambient tenant. Routing keeps a route value of the request only on some ways (not by
/// an endpoint's name, not from one controller to another), and outside requests never.
/// </summary>
internal sealed class TenantLinkGenerator(
    LinkGenerator inner, TenantSourceSet sources, ITenantContext tenants, IServiceProvider services) : LinkGenerator
{
    public override string? GetPathByAddress<TAddress>(
        HttpContext httpContext, TAddress address, RouteValueDictionary values, RouteValueDictionary? ambientValues = null,
        PathString? pathBase = null, FragmentString fragment = default, LinkOptions? options = null) =>
        inner.GetPathByAddress(httpContext, address, WithTenant(address, values), ambientValues, pathBase, fragment, options);

    public override string? GetPathByAddress<TAddress>(
        TAddress address, RouteValueDictionary values, PathString pathBase = default, FragmentString fragment = default,
        LinkOptions? options = null) =>
        inner.GetPathByAddress(address, WithTenant(address, values), pathBase, fragment, options);

    public override string? GetUriByAddress<TAddress>(
        HttpContext httpContext, TAddress address, RouteValueDictionary values, RouteValueDictionary? ambientValues = null,
        string? scheme = null, HostString? host = null, PathString? pathBase = null, FragmentString fragment = default,
        LinkOptions? options = null) =>
        inner.GetUriByAddress(
            httpContext, address, WithTenant(address, values), ambientValues, scheme, host ?? OwnHost(httpContext), pathBase,
            fragment, options);

    public override string? GetUriByAddress<TAddress>(
        TAddress address, RouteValueDictionary values, string scheme, HostString host, PathString pathBase = default,
        FragmentString fragment = default, LinkOptions? options = null) =>
        inner.GetUriByAddress(address, WithTenant(address, values), scheme, host, pathBase, fragment, options);

    /// <summary>Adds the tenant where the endpoint has a place for it and the caller did not say which: else it would
    /// end up in the query.</summary>
    RouteValueDictionary WithTenant<TAddress>(TAddress address, RouteValueDictionary values)
    {
        if (tenants.Current is not { } tenant || sources.RouteParameters.Length == 0
            || services.GetService<IEndpointAddressScheme<TAddress>>()?.FindEndpoints(address).FirstOrDefault() is not RouteEndpoint endpoint)
            return values;
        foreach (var parameter in sources.RouteParameters)
        {
            if (endpoint.RoutePattern.GetParameter(parameter) is not null && !values.ContainsKey(parameter))
                values = new RouteValueDictionary(values) { [parameter] = tenant.Slug.Value };
        }

        return values;
    }

    /// <summary>
    /// The ambient tenant's host where the request came in on another tenant's; else the request's own, which is the
    /// ambient tenant's or nobody's.
    /// </summary>
    HostString? OwnHost(HttpContext context)
    {
        if (sources.Host is not { } source || tenants.Current is not { } tenant)
            return null;
        var named = source.Read(context);
        if (named.IsSilent || named.Slug.SequenceEqual(tenant.Slug.Value) || source.HostOf(tenant) is not { } host)
            return null;
        return context.Request.Host.Port is { } port ? new HostString(host, port) : new HostString(host);
    }
}
