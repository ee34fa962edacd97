using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Tenancy;

/// <summary>
/// Writes <c>RateLimit</c> and <c>RateLimit-Policy</c> (draft-ietf-httpapi-ratelimit-headers-11, lists of RFC 9651).
/// </summary>
internal static class LimitFields
{
    const string Policy = "RateLimit-Policy";
    const string Current = "RateLimit";

    /// <param name="headers">The response's.</param>
    /// <param name="readings">Where the tenant stands.</param>
    /// <param name="refused">The decision that refused, if one did.</param>
    /// <param name="legacy">Whether the older names are wanted too.</param>
    /// <param name="now">To know how long this month is.</param>
    public static void Write(IHeaderDictionary headers, IReadOnlyList<LimitReading> readings, LimitDecision? refused, bool legacy, DateTimeOffset now)
    {
        if (readings.Count == 0)
            return;
        var (policies, current) = (new StringBuilder(), new StringBuilder());
        var tightest = readings[0];
        foreach (var reading in readings)
        {
            var (quota, window) = QuotaOf(reading.Policy, now);
            var (left, time) = LeftOf(reading, refused);
            var separator = policies.Length == 0 ? "" : ", ";
            policies.Append(CultureInfo.InvariantCulture, $"{separator}\"{reading.Policy.Name}\";q={quota}{UnitOf(reading.Policy.Meter)};w={window}");
            current.Append(CultureInfo.InvariantCulture, $"{separator}\"{reading.Policy.Name}\";r={left};t={time}");
            if ((double)reading.Remaining / reading.Policy.Capacity < (double)tightest.Remaining / tightest.Policy.Capacity)
                tightest = reading;
        }

        headers[Policy] = policies.ToString();
        headers[Current] = current.ToString();
        if (!legacy)
            return;
        var (remaining, reset) = LeftOf(tightest, refused);
        headers["X-RateLimit-Limit"] = Text(QuotaOf(tightest.Policy, now).Quota);
        headers["X-RateLimit-Remaining"] = Text(remaining);
        headers["X-RateLimit-Reset"] = Text(reset);
    }

    public static void Remove(IHeaderDictionary headers)
    {
        headers.Remove(Policy);
        headers.Remove(Current);
    }

    /// <summary>Whole seconds, never too few.</summary>
    public static long Seconds(TimeSpan span) => Math.Max(1, (long)Math.Ceiling(span.TotalSeconds));

    /// <summary>A burst says nothing about a second: the window is long enough for it to be what the rate gives.</summary>
    static (long Quota, long Window) QuotaOf(LimitPolicy policy, DateTimeOffset now)
    {
        if (policy.Period != LimitPeriod.Rate)
            return (policy.Quota, CalendarWindow.Seconds(policy.Period, now));
        var window = Math.Max(1, (long)Math.Ceiling(policy.Rate.Burst / policy.Rate.Rate));
        return ((long)(policy.Rate.Rate * window), window);
    }

    /// <summary>
    /// What is left, and within which time no more than that should be used: at the rate, so that nobody reads a burst as a
    /// rate; where nothing is left, the time to wait.
    /// </summary>
    static (long Left, long Time) LeftOf(in LimitReading reading, LimitDecision? refused)
    {
        if (refused is { } decision && reading.Policy.Equals(decision.Policy))
            return (Math.Min(reading.Remaining, decision.Remaining), Seconds(decision.RetryAfter));
        return (reading.Remaining, reading.Policy.Period == LimitPeriod.Rate
            ? Math.Max(1, (long)Math.Ceiling(reading.Remaining / reading.Policy.Rate.Rate))
            : Seconds(reading.RestoredIn));
    }

    static string UnitOf(string meter) => meter switch
    {
        LimitMeters.Requests => "",
        LimitMeters.Bytes => ";qu=\"content-bytes\"",
        _ => $";qu=\"{meter}\"",
    };

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
