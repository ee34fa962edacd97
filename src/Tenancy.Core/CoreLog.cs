using Microsoft.Extensions.Logging;

namespace Tenancy;

/// <summary>What this package logs: event ids 1000 to 1099.</summary>
internal static partial class CoreLog
{
    // The tenant's id is in the scope.
    [LoggerMessage(1000, LogLevel.Error, "A tenant's work failed.")]
    public static partial void WorkFailed(ILogger logger, Exception exception);

    [LoggerMessage(1010, LogLevel.Error,
        "The setting 'limits' of tenant {TenantId} cannot be read ({Error}); the limits of its tier are in force. Give it the form of a tier's Requests and Quotas.")]
    public static partial void LimitsUnreadable(ILogger logger, TenantId tenantId, string error);
}
