using Microsoft.Extensions.Logging;

namespace Tenancy;

/// <summary>What this package logs: event ids 1000 to 1099.</summary>
internal static partial class CoreLog
{
    // The tenant's id is in the scope.
    [LoggerMessage(1000, LogLevel.Error, "A tenant's work failed.")]
    public static partial void WorkFailed(ILogger logger, Exception exception);
}
