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

    [LoggerMessage(1011, LogLevel.Warning, "A call to the ledger of limits failed ({Error}). Trying again.")]
    public static partial void LedgerFailed(ILogger logger, string error);

    [LoggerMessage(1012, LogLevel.Error, "The ledger of limits cannot be reached; until it can, {Policy} applies.")]
    public static partial void LedgerAway(ILogger logger, LedgerAwayPolicy policy);

    [LoggerMessage(1013, LogLevel.Information, "The ledger of limits is back; {Nodes} processes share it.")]
    public static partial void LedgerBack(ILogger logger, int nodes);
}
