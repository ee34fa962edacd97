using Microsoft.AspNetCore.Diagnostics;
using Npgsql;

namespace Inbox.Problems;

/// <summary>Says that a write was refused because the database has no room left. PostgreSQL has then stored nothing of it.</summary>
sealed partial class DiskFullHandler(ILogger<DiskFullHandler> logger) : IExceptionHandler
{
    const string SomeTime = "60";

    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken stop)
    {
        if (exception is not PostgresException { SqlState: PostgresErrorCodes.DiskFull } full)
            return false;
        LogFull(logger, full);
        context.Response.Headers.RetryAfter = SomeTime;
        await Problem.WriteAsync(
            context, StatusCodes.Status503ServiceUnavailable, "There is no room to store this at the moment, and nothing of it was stored. Send it again later.");
        return true;
    }

    [LoggerMessage(LogLevel.Error, "The database's disk is full. Reading goes on; make room for writing.")]
    static partial void LogFull(ILogger logger, Exception error);
}
