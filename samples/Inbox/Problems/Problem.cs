using Microsoft.AspNetCore.Mvc;

namespace Inbox.Problems;

/// <summary>Writes RFC 9457 problems from where no endpoint returns one.</summary>
static class Problem
{
    public static async Task WriteAsync(HttpContext context, int status, string? detail)
    {
        context.Response.StatusCode = status;
        await context.RequestServices.GetRequiredService<IProblemDetailsService>().TryWriteAsync(new()
        {
            HttpContext = context,
            ProblemDetails = new ProblemDetails { Status = status, Detail = detail },
        });
    }
}
