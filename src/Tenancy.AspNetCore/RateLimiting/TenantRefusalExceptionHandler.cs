using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Tenancy;

/// <summary>Answers what a limit refused while the request ran, also where an ORM wrapped the error. Other errors are not its business.</summary>
internal sealed class TenantRefusalExceptionHandler(
    TenantProblemWriter problems, ITenantMeter meter, ILogger<TenantRefusalExceptionHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(
        HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        // Without a tenant of its own the request worked on someone else's: "your organisation" would be wrong.
        if (Find(exception) is not { } refusal || httpContext.Features.Get<ITenantFeature>() is not { } feature)
            return false;
        meter.Count(feature.Tenant, UsageMetric.Rejections);
        Log.RefusedWhileServed(logger, feature.Tenant.Id, refusal.Kind);
        await problems.WriteAsync(httpContext, LimitProblems.For(refusal.Kind, refusal.RetryAfter, refusal.ViolatedPolicies));
        return true;
    }

    /// <summary>Also where an ORM, or who calls another service, wrapped it.</summary>
    static ITenantRefusal? Find(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is ITenantRefusal refusal)
                return refusal;
        }

        return null;
    }
}
