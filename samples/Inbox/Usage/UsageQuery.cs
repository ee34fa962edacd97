using System.Globalization;
using Inbox.Problems;
using Microsoft.AspNetCore.Mvc;
using Tenancy;

namespace Inbox.Usage;

/// <summary>Which part of the history is asked for. Texts, so that a wrong one is answered by its name.</summary>
sealed record UsageQuery([FromQuery(Name = "period")] string? Period, [FromQuery(Name = "last")] string? Last)
{
    public const string Hour = "hour";
    public const string Day = "day";
    public const int MaxLast = 366;
    public const int DefaultLast = 24;

    public (UsagePeriod Period, int Last) Read(Mistakes mistakes)
    {
        var last = DefaultLast;
        if (Period is not (null or Hour or Day))
            mistakes.Add("period", $"Give {Hour} or {Day}, or leave it out for {Hour}.");
        if (Last is not null && !(Last.All(char.IsAsciiDigit) && int.TryParse(Last, NumberStyles.None, CultureInfo.InvariantCulture, out last) && last is >= 1 and <= MaxLast))
            mistakes.Add("last", $"Give a whole number from 1 to {MaxLast}, or leave it out for {DefaultLast}.");
        return (Period == Day ? UsagePeriod.Day : UsagePeriod.Hour, last);
    }

    /// <summary>So many periods, of which the last one is still running. Hours and days are those of UTC.</summary>
    public static (DateTimeOffset From, DateTimeOffset To) Span(UsagePeriod period, int last, DateTimeOffset now)
    {
        var length = period == UsagePeriod.Day ? TimeSpan.FromDays(1) : TimeSpan.FromHours(1);
        var end = new DateTimeOffset(now.UtcTicks - now.UtcTicks % length.Ticks, TimeSpan.Zero) + length;
        return (end - last * length, end);
    }
}
