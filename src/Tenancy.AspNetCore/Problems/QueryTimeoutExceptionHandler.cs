using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Tenancy;

/// <summary>Answers for a statement that the tenant's tier ended, also where an ORM wrapped the error.</summary>
internal sealed class QueryTimeoutExceptionHandler(
    TenantProblemWriter problems, ILogger<QueryTimeoutExceptionHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(
        HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        // Without a tenant of its own the request worked on someone else's: "your tenant's tier" would be wrong.
        if (Find(exception) is not { } timeout || httpContext.Features.Get<ITenantFeature>() is not { } feature)
            return false;
        Log.QueryTimedOut(logger, feature.Tenant.Id, timeout.Limit, timeout.Tier);
        await problems.WriteAsync(httpContext, TenantProblem.QueryTimeout);
        return true;
    }

    static IQueryTimeout? Find(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is IQueryTimeout timeout)
                return timeout;
        }

        return null;
    }
}
