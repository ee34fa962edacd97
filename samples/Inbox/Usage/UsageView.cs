using Tenancy;

namespace Inbox.Usage;

/// <summary>What a tenant used, and what is left to it.</summary>
/// <param name="Period">hour or day.</param>
/// <param name="Used">What was used in each, the oldest first; periods without use are left out.</param>
/// <param name="Storage">What it stores; null where nobody measures that.</param>
/// <param name="Quotas">What it may use in a day or a month, and what is left of it, as far as the process that answers knows.</param>
sealed record UsageView(string Period, IReadOnlyList<UsedView> Used, StorageView? Storage, IReadOnlyList<QuotaView> Quotas);

/// <summary>The same, and where it leads.</summary>
/// <param name="Period">hour or day.</param>
/// <param name="Used">What was used in each.</param>
/// <param name="Storage">What it stores, counted for this answer; null where it has no place, as a tenant that is being made.</param>
/// <param name="Quotas">What it may use, and what is left.</param>
/// <param name="Forecasts">The quotas that it will reach before long, if it goes on as in the last 30 days.</param>
sealed record UsageOutlook(
    string Period, IReadOnlyList<UsedView> Used, StorageView? Storage, IReadOnlyList<QuotaView> Quotas, IReadOnlyList<ForecastView> Forecasts);

/// <summary>What was used in a period.</summary>
sealed record UsedView(
    DateTimeOffset Start, long Requests, long Rejections, long Rows, long Bytes, long Pages, double DatabaseSeconds, double QueueSeconds, long? StorageBytes)
{
    public static UsedView Of(UsagePoint point) => new(
        point.Start, point.Amounts.Requests, point.Amounts.Rejections, point.Amounts.Rows, point.Amounts.Bytes, point.Amounts.Pages,
        point.Amounts.DatabaseTime.TotalSeconds, point.Amounts.QueueTime.TotalSeconds, point.Amounts.Storage);
}

/// <summary>What is stored: bytes with their indexes, in so many tables.</summary>
sealed record StorageView(long Bytes, long Tables, bool IsExact, DateTimeOffset Measured)
{
    public static StorageView? Of(StorageReading? reading) =>
        reading is null ? null : new(reading.Bytes, reading.Tables, reading.IsExact, reading.Measured);
}

/// <summary>A quota, such as pages-day, and what is left of it.</summary>
sealed record QuotaView(string Name, long Quota, long Remaining);

/// <summary>A quota that will be reached, and on which day.</summary>
sealed record ForecastView(string Name, long Quota, DateOnly Reached);
