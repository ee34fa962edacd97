using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging;

namespace Tenancy;

/// <summary>
/// Finds the request's tenant, refuses or enters it. Nothing here catches: an error is a refusal, not "no tenant".
/// </summary>
internal sealed class TenancyMiddleware(
    RequestDelegate next, TenantResolver resolver, ITenantContext tenants, TenantProblemWriter problems,
    TenantLimiting limiting, BodyLimit bodies, ILogger<TenancyMiddleware> logger)
{
    public Task InvokeAsync(HttpContext context)
    {
        var endpoint = context.GetEndpoint();
        if (endpoint is null)
            return PassAsync(context);
        var requirement = TenantGuard.Requirement(endpoint);
        if (requirement == TenantRequirement.None)
            return ServeWithoutAsync(context);
        var resolution = resolver.Resolve(context);
        if (resolution.IsFound)
        {
            return resolution.Tenant.Status == TenantStatus.Active
                ? ServeAsync(context, endpoint, resolution.Tenant)
                : RefuseAsync(context, resolution.Tenant);
        }

        // What costs something is served to nobody who could not pay.
        if (resolution.Outcome == TenantResolutionOutcome.NoneGiven && requirement == TenantRequirement.Optional
            && endpoint.Metadata.GetMetadata<IQuotaMetadata>() is null)
            return ServeWithoutAsync(context);
        Log.Refused(logger, resolution.Outcome);
        return problems.WriteAsync(context, TenantProblem.For(resolution.Outcome));
    }

    async Task ServeAsync(HttpContext context, Endpoint endpoint, Tenant tenant)
    {
        var feature = TenantFeature.Of(tenant);
        context.Features.Set<ITenantFeature>(feature);
        // A hub's connection keeps the items where its requests come and go, and not the features.
        if (endpoint.Metadata.GetMetadata<HubMetadata>() is not null)
            context.Items[TenantFeature.ItemKey] = feature;
        Activity.Current?.SetTag(TenancyTelemetry.TenantIdKey, feature.Tag.Id);
        using var logged = logger.BeginScope(feature.Tag);
        if (!await limiting.AdmitAsync(context, endpoint, tenant) || !await bodies.AdmitAsync(context, tenant))
            return;
        using var entered = tenants.Enter(tenant);
        try
        {
            await next(context);
        }
        finally
        {
            limiting.Served(context, tenant);
        }
    }

    Task ServeWithoutAsync(HttpContext context)
    {
        // An error page that runs in the failed request's context must not inherit its tenant.
        if (context.Features.Get<ITenantFeature>() is not null)
            context.Features.Set<ITenantFeature>(null);
        return next(context);
    }

    Task RefuseAsync(HttpContext context, Tenant tenant)
    {
        Log.RefusedByStatus(logger, tenant.Id, tenant.Status);
        return problems.WriteAsync(context, TenantProblem.For(tenant.Status));
    }

    async Task PassAsync(HttpContext context)
    {
        await next(context);
        // Routing ran after us: without this an endpoint marked by attribute would go without a tenant unnoticed.
        if (context.GetEndpoint() is { } late && TenantGuard.Requirement(late) == TenantRequirement.Required
            && context.Features.Get<ITenantFeature>() is null)
            throw TenantGuard.Missed(late);
    }
}
