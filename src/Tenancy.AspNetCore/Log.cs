using Microsoft.Extensions.Logging;

namespace Tenancy;

/// <summary>What this package logs: event ids 3000 to 3099. Never the text a caller named a tenant with.</summary>
internal static partial class Log
{
    [LoggerMessage(3000, LogLevel.Information, "Refused a request: {Outcome}.")]
    public static partial void Refused(ILogger logger, TenantResolutionOutcome outcome);

    [LoggerMessage(3001, LogLevel.Information, "Refused a request of tenant {TenantId}: it is {Status}.")]
    public static partial void RefusedByStatus(ILogger logger, TenantId tenantId, TenantStatus status);

    [LoggerMessage(3002, LogLevel.Information, "Gave up a request of tenant {TenantId}: it became {Status} meanwhile.")]
    public static partial void BecameUnavailable(ILogger logger, TenantId tenantId, TenantStatus? status);

    [LoggerMessage(3003, LogLevel.Information, "Refused a request before authentication: {Outcome}.")]
    public static partial void RefusedAtEdge(ILogger logger, TenantResolutionOutcome outcome);

    [LoggerMessage(3004, LogLevel.Information, "Refused a hub's call of tenant {TenantId}: it is {Status}.")]
    public static partial void RefusedHubCall(ILogger logger, TenantId tenantId, TenantStatus? status);

    [LoggerMessage(3005, LogLevel.Information, "A statement of tenant {TenantId} was ended after the {Limit} of its tier {Tier}.")]
    public static partial void QueryTimedOut(ILogger logger, TenantId tenantId, TimeSpan limit, string tier);

    [LoggerMessage(3010, LogLevel.Information, "Refused a request of tenant {TenantId} by its limit {Policy}: {Status}.")]
    public static partial void RefusedByLimit(ILogger logger, TenantId tenantId, string? policy, LimitStatus status);

    [LoggerMessage(3011, LogLevel.Information, "Refused a request before authentication: its address made too many.")]
    public static partial void RefusedCaller(ILogger logger);

    [LoggerMessage(3013, LogLevel.Information, "Refused a request of tenant {TenantId}: its body is larger than its tier allows.")]
    public static partial void RefusedBody(ILogger logger, TenantId tenantId);

    [LoggerMessage(3012, LogLevel.Information, "Gave up a request of tenant {TenantId} at a limit: {Kind}.")]
    public static partial void RefusedWhileServed(ILogger logger, TenantId tenantId, TenantRefusalKind kind);
}
