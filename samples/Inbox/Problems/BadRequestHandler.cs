using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;

namespace Inbox.Problems;

/// <summary>Says what is wrong with a request that could not be read, without the names of types and parameters.</summary>
sealed class BadRequestHandler : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken stop)
    {
        if (exception is not BadHttpRequestException bad)
            return false;
        await Problem.WriteAsync(
            context, bad.StatusCode, bad.StatusCode == StatusCodes.Status400BadRequest ? Explain(bad.InnerException as JsonException) : null);
        return true;
    }

    static string Explain(JsonException? json) => json is { LineNumber: { } line, BytePositionInLine: { } position }
        ? $"The body cannot be read at {json.Path}, line {line + 1}, byte {position + 1}: it is not JSON, or a member " +
          "there is unknown, given twice or of another type than expected."
        : "The request cannot be read: a parameter or the body is missing, or is not what is expected there.";
}
