using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Tenancy;

/// <summary>The problem that each kind of refusal is answered with.</summary>
internal static class LimitProblems
{
    const int LongestJitter = 30;

    public static TenantProblem For(in LimitDecision decision)
    {
        IReadOnlyList<string> policies = decision.Policy is { } policy ? [policy.Name] : [];
        return decision.Status switch
        {
            LimitStatus.TooLarge => For(TenantRefusalKind.TooLarge, null, policies),
            LimitStatus.Unavailable => For(TenantRefusalKind.CapacityShort, decision.RetryAfter, policies),
            _ => For(TenantRefusalKind.LimitExceeded, decision.RetryAfter, policies),
        };
    }

    public static TenantProblem For(TenantRefusalKind kind, TimeSpan? retryAfter, IReadOnlyList<string> policies) => kind switch
    {
        TenantRefusalKind.LimitExceeded => new(
            StatusCodes.Status429TooManyRequests, TenancyProblems.QuotaExceeded, "Request cannot be satisfied as assigned quota has been exceeded",
            "Your organisation has used up a limit. Repeat the request after the time that Retry-After gives.", Text(retryAfter), policies),
        TenantRefusalKind.TooLarge => new(
            StatusCodes.Status403Forbidden, TenancyProblems.CostTooLarge, "Request costs more than is ever allowed at once",
            "A limit of your organisation never allows as much at once. Ask for less in one request, or have the limit raised.", null, policies),
        TenantRefusalKind.StorageFull => new(
            StatusCodes.Status403Forbidden, TenancyProblems.StorageFull, "Storage quota exceeded",
            "Your organisation's storage is full. Delete what is not needed, or have the quota raised.", null, policies),
        TenantRefusalKind.QueryTimeout => new(
            StatusCodes.Status504GatewayTimeout, TenancyProblems.QueryTimeout, "Query took too long",
            "A query ran longer than your organisation's tier allows. Ask for less.", null, policies),
        TenantRefusalKind.ResultTooLarge => new(
            StatusCodes.Status422UnprocessableEntity, TenancyProblems.ResultTooLarge, "Result too large",
            "The result is larger than your organisation's tier allows. Ask for less, or page by page.", null, policies),
        TenantRefusalKind.BodyTooLarge => new(
            StatusCodes.Status413PayloadTooLarge, TenancyProblems.BodyTooLarge, "Request too large",
            "The body of the request is larger than your organisation's tier allows. Send less at once, or have the limit raised.", null, policies),
        _ => new(
            StatusCodes.Status503ServiceUnavailable, TenancyProblems.CapacityShort, "Request cannot be satisfied due to temporary server capacity constraints",
            "The service is short of capacity. Repeat the request after the time that Retry-After gives.", Text(retryAfter ?? TimeSpan.FromSeconds(1)), policies),
    };

    /// <summary>Up to a fifth later, so that those who are refused together do not come back together.</summary>
    static string? Text(TimeSpan? wait)
    {
        if (wait is not { } span)
            return null;
        var seconds = LimitFields.Seconds(span);
        return (seconds + Random.Shared.NextInt64(Math.Min(seconds / 5, LongestJitter) + 1)).ToString(CultureInfo.InvariantCulture);
    }
}
