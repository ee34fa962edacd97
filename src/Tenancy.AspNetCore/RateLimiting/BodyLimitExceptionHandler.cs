using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Tenancy;

/// <summary>Answers for a body that the server stopped reading at a limit.</summary>
internal sealed class BodyLimitExceptionHandler(BodyLimit bodies) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(
        HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }
            || httpContext.Features.Get<ITenantFeature>() is not { } feature)
            return false;
        await bodies.RefuseAsync(httpContext, feature.Tenant);
        return true;
    }
}
