using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging;

namespace Tenancy;

/// <summary>
/// Pins a hub's connection to the tenant it was opened for, and makes that tenant ambient while the hub runs: at connect,
/// in each call, at disconnect. Its status is looked up each time; the connection outlives what was true when it opened.
/// </summary>
internal sealed class TenantHubFilter(
    ITenantCatalog catalog, ITenantContext tenants, ILogger<TenantHubFilter> logger) : IHubFilter
{
    public async Task OnConnectedAsync(HubLifetimeContext context, Func<HubLifetimeContext, Task> next)
    {
        Pin(context.Context);
        using var entered = Enter(context.Context, refuse: true, out var tag);
        using var logged = tag is null ? null : logger.BeginScope(tag);
        await next(context);
    }

    public async ValueTask<object?> InvokeMethodAsync(
        HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        using var entered = Enter(invocationContext.Context, refuse: true, out var tag);
        using var logged = tag is null ? null : logger.BeginScope(tag);
        return await next(invocationContext);
    }

    public async Task OnDisconnectedAsync(
        HubLifetimeContext context, Exception? exception, Func<HubLifetimeContext, Exception?, Task> next)
    {
        // The end is told to the hub in any case; what it then asks of a suspended tenant's data is refused there.
        using var entered = Enter(context.Context, refuse: false, out var tag);
        using var logged = tag is null ? null : logger.BeginScope(tag);
        await next(context, exception);
    }

    static void Pin(HubCallerContext connection)
    {
        var request = connection.GetHttpContext();
        var feature = request?.Features.Get<ITenantFeature>()
            ?? (request?.Items.TryGetValue(TenantFeature.ItemKey, out var kept) == true ? kept as ITenantFeature : null);
        if (feature is not null)
            connection.Features.Set(new PinnedTenant(feature.Tenant));
        else if (request?.GetEndpoint() is { } endpoint && TenantGuard.Requirement(endpoint) == TenantRequirement.Required)
            throw TenantGuard.Missed(endpoint);
    }

    TenantScope Enter(HubCallerContext connection, bool refuse, out TenantTag? tag)
    {
        tag = null;
        if (connection.Features.Get<PinnedTenant>()?.Tenant is not { } pinned)
            return tenants.Detach();
        catalog.Current.TryFind(pinned.Id, out var tenant);
        if (refuse && tenant?.Status != TenantStatus.Active)
        {
            Log.RefusedHubCall(logger, pinned.Id, tenant?.Status);
            throw new HubException(TenantProblem.For(tenant?.Status).Detail);
        }

        tenant ??= pinned;
        tag = TenantTag.Of(tenant);
        Activity.Current?.SetTag(TenancyTelemetry.TenantIdKey, tag.Id);
        return tenants.Enter(tenant);
    }

    sealed class PinnedTenant(Tenant tenant)
    {
        public Tenant Tenant => tenant;
    }
}
