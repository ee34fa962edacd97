using Microsoft.AspNetCore.Http;

namespace Tenancy;

/// <summary>
/// A refusal as a gRPC client understands it: status and message in the headers, no body (a "trailers-only" response).
/// Like the problem it is a constant, whatever the request said.
/// </summary>
internal static class GrpcRefusal
{
    const string ContentType = "application/grpc";

    public static bool IsAsked(HttpRequest request) =>
        request.ContentType is { } type && type.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase)
        && (type.Length == ContentType.Length || type[ContentType.Length] is '+' or '-' or ';' or ' ');

    public static void Write(HttpResponse response, TenantProblem problem)
    {
        var asked = response.HttpContext.Request.ContentType!;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = asked.StartsWith("application/grpc-web-text", StringComparison.OrdinalIgnoreCase) ? "application/grpc-web-text"
            : asked.StartsWith("application/grpc-web", StringComparison.OrdinalIgnoreCase) ? "application/grpc-web"
            : ContentType;
        response.Headers.CacheControl = "no-store";
        response.Headers["grpc-status"] = problem.GrpcStatus;
        // Our texts are printable ASCII without '%': as they are they are percent-encoded.
        response.Headers["grpc-message"] = problem.Detail;
        if (problem.RetryAfter is not null)
            response.Headers["grpc-retry-pushback-ms"] = problem.RetryAfter + "000";
    }
}
