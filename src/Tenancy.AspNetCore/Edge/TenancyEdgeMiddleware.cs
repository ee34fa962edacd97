using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Tenancy;

/// <summary>
/// Refuses, before any work is spent on the caller, what cannot become a tenant's request: texts that are no slug,
/// contradictions. Where claims are among the sources a well-formed name goes on, known or not: refused here, earlier
/// than a tenant that is not the caller's, it would tell which tenants there are.
/// </summary>
internal sealed class TenancyEdgeMiddleware(
    RequestDelegate next, TenantSourceSet sources, ITenantCatalog catalog, TenantProblemWriter problems, ITenantEdge[] edges,
    ILogger<TenancyEdgeMiddleware> logger)
{
    public Task InvokeAsync(HttpContext context)
    {
        // Without an endpoint there is nothing to protect, and one that needs no tenant is not looked at.
        if (context.GetEndpoint() is not { } endpoint || TenantGuard.Requirement(endpoint) == TenantRequirement.None)
            return AdmitAsync(context, null);
        TenantAnswer named = default;
        foreach (var source in sources.Unproven)
        {
            var answer = source.Read(context);
            if (answer.IsSilent)
                continue;
            if (answer.IsContradictory || !named.IsSilent && !answer.Slug.SequenceEqual(named.Slug))
                return RefuseAsync(context, TenantResolutionOutcome.Conflicting);
            if (!TenantSlug.IsValid(answer.Slug))
                return RefuseAsync(context, TenantResolutionOutcome.Unknown);
            named = answer;
        }

        Tenant? selected = null;
        if (!named.IsSilent && !catalog.Current.TryFind(named.Slug, out selected) && !sources.NeedsProof)
            return RefuseAsync(context, TenantResolutionOutcome.Unknown);
        return AdmitAsync(context, selected);
    }

    Task AdmitAsync(HttpContext context, Tenant? selected) => edges.Length == 0 ? next(context) : AskAsync(context, selected);

    async Task AskAsync(HttpContext context, Tenant? selected)
    {
        foreach (var edge in edges)
        {
            if (!await edge.AdmitAsync(context, selected))
                return;
        }

        await next(context);
    }

    Task RefuseAsync(HttpContext context, TenantResolutionOutcome outcome)
    {
        Log.RefusedAtEdge(logger, outcome);
        return problems.WriteAsync(context, TenantProblem.For(outcome));
    }
}
