using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Tenancy;

/// <summary>Holds the body of a tenant's request to the size that its tier allows.</summary>
internal sealed class BodyLimit(IServiceProvider services, TenantProblemWriter problems, ILogger<BodyLimit> logger)
{
    static readonly TenantProblem TooLarge = LimitProblems.For(TenantRefusalKind.BodyTooLarge, null, []);

    // When first used, as for the limits beside it.
    readonly Lazy<ITenantCatalog> _catalog = new(() => (ITenantCatalog)services.GetService(typeof(ITenantCatalog))!);

    /// <summary>
    /// False where the request says that it sends more, and was answered. Where it does not say, the server counts what comes,
    /// and ends it at the limit.
    /// </summary>
    public async ValueTask<bool> AdmitAsync(HttpContext context, Tenant tenant)
    {
        if (!_catalog.Value.Current.Tiers.TryGetValue(tenant.Tier, out var tier) || tier.MaxRequestBytes is not { } most)
            return true;
        if (context.Request.ContentLength > most)
        {
            await RefuseAsync(context, tenant);
            return false;
        }

        // What the endpoint or the server allows already may be less.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size && !(size.MaxRequestBodySize < most))
            size.MaxRequestBodySize = most;
        return true;
    }

    /// <summary>Answers for a body that turned out to be too large while it was read.</summary>
    public Task RefuseAsync(HttpContext context, Tenant tenant)
    {
        Log.RefusedBody(logger, tenant.Id);
        return problems.WriteAsync(context, TooLarge);
    }
}
