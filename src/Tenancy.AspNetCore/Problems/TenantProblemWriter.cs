using Microsoft.AspNetCore.Http;

namespace Tenancy;

/// <summary>
/// Answers a request with a problem: as the host words its problems, except where that could tell too much.
/// </summary>
internal sealed class TenantProblemWriter(IProblemDetailsService service)
{
    public async Task WriteAsync(HttpContext context, TenantProblem problem)
    {
        if (GrpcRefusal.IsAsked(context.Request))
        {
            GrpcRefusal.Write(context.Response, problem);
            return;
        }

        var response = context.Response;
        response.StatusCode = problem.Status;
        response.Headers.CacheControl = "no-store";
        if (problem.RetryAfter is not null)
            response.Headers.RetryAfter = problem.RetryAfter;
        if (problem != TenantProblem.NotFound && await TryWriteAsHostAsync(context, problem))
            return;

        // "Not found" never passes the host's hands: a trace id, a customisation or content negotiation would make
        // one answer differ from the next. The others come here where no writer suits what the caller accepts.
        response.ContentType = TenantProblem.ContentType;
        response.ContentLength = problem.Body.Length;
        await response.Body.WriteAsync(problem.Body, context.RequestAborted);
    }

    ValueTask<bool> TryWriteAsHostAsync(HttpContext context, TenantProblem problem) =>
        service.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = context,
            AdditionalMetadata = context.GetEndpoint()?.Metadata,
            ProblemDetails = problem.ToDetails(),
        });
}
