using Microsoft.Extensions.Logging;

namespace Tenancy;

/// <summary>What this package logs: event ids 1000 to 1099.</summary>
internal static partial class CoreLog
{
    // The tenant's id is in the scope.
    [LoggerMessage(1000, LogLevel.Error, "A tenant's work failed.")]
    public static partial void WorkFailed(ILogger logger, Exception exception);

    [LoggerMessage(1010, LogLevel.Error,
        "The setting 'limits' of tenant {TenantId} cannot be read ({Error}); the limits of its tier are in force. Give it the form of a tier's Requests, Quotas and Storage.")]
    public static partial void LimitsUnreadable(ILogger logger, TenantId tenantId, string error);

    [LoggerMessage(1011, LogLevel.Warning, "A call to the ledger of limits failed ({Error}). Trying again.")]
    public static partial void LedgerFailed(ILogger logger, string error);

    [LoggerMessage(1012, LogLevel.Error, "The ledger of limits cannot be reached; until it can, {Policy} applies.")]
    public static partial void LedgerAway(ILogger logger, LedgerAwayPolicy policy);

    [LoggerMessage(1013, LogLevel.Information, "The ledger of limits is back; {Nodes} processes share it.")]
    public static partial void LedgerBack(ILogger logger, int nodes);

    [LoggerMessage(1020, LogLevel.Warning,
        "What tenants used could not be written ({Error}). It is kept, and tried again; what a process counts from now on is lost if it is killed. If the schema tenancy_usage is missing, run the installer again.")]
    public static partial void MeteringAway(ILogger logger, string error);

    [LoggerMessage(1021, LogLevel.Information, "What tenants used is written again.")]
    public static partial void MeteringBack(ILogger logger);
}
