using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Tenancy;

/// <summary>
/// Answers for a tenant that was suspended or removed while its request ran. Other errors are not its business.
/// </summary>
internal sealed class TenantUnavailableExceptionHandler(
    TenantProblemWriter problems, ILogger<TenantUnavailableExceptionHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(
        HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        // Without a tenant of its own the request worked on someone else's: "your tenant is suspended" would be wrong.
        if (exception is not TenantUnavailableException unavailable
            || httpContext.Features.Get<ITenantFeature>() is not { } feature)
            return false;
        Log.BecameUnavailable(logger, feature.Tenant.Id, unavailable.Status);
        await problems.WriteAsync(httpContext, TenantProblem.For(unavailable.Status));
        return true;
    }
}
