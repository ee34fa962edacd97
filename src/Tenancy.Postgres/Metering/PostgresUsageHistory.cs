using Npgsql;

namespace Tenancy;

internal sealed class PostgresUsageHistory(UsageConnections connections) : IUsageHistory
{
    public async Task<IReadOnlyList<UsagePoint>> ReadAsync(
        TenantId tenant, UsagePeriod period, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken = default)
    {
        var unit = period switch
        {
            UsagePeriod.Minute => "minute",
            UsagePeriod.Hour => "hour",
            UsagePeriod.Day => "day",
            _ => throw new ArgumentOutOfRangeException(nameof(period), period, "Give Minute, Hour or Day."),
        };
        return await connections.ReadAsync("select * from tenancy_usage.history($1, $2, $3, $4)", parameters =>
        {
            parameters.AddTyped(tenant.Value);
            parameters.AddTyped(unit);
            parameters.AddTyped(from.UtcDateTime);
            parameters.AddTyped(to.UtcDateTime);
        }, static row => new UsagePoint(row.GetFieldValue<DateTimeOffset>(0), Amounts(row)), cancellationToken).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<UsageEntry>> SumAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken = default) =>
        await connections.ReadAsync("select * from tenancy_usage.sums($1, $2)", parameters =>
        {
            parameters.AddTyped(from.UtcDateTime);
            parameters.AddTyped(to.UtcDateTime);
        }, static row => new UsageEntry(new TenantId(row.GetGuid(0)), Amounts(row)), cancellationToken).ConfigureAwait(false);

    public async Task<IReadOnlyList<UsageTrend>> TrendsAsync(DateOnly today, CancellationToken cancellationToken = default) =>
        await connections.ReadAsync("select * from tenancy_usage.trends($1, $2, $3)", parameters =>
        {
            parameters.AddTyped(today);
            parameters.AddTyped(UsageTrend.MostDays);
            parameters.AddTyped(UsageTrend.LeastDays);
        }, static row => new UsageTrend(
            new TenantId(row.GetGuid(0)), (UsageMetric)row.GetInt32(1), (int)row.GetInt64(2), row.GetDouble(3), row.GetDouble(4)),
            cancellationToken).ConfigureAwait(false);

    /// <summary>The amounts behind the first column.</summary>
    static UsageAmounts Amounts(NpgsqlDataReader row) => new()
    {
        Requests = row.GetInt64(1),
        Rejections = row.GetInt64(2),
        DatabaseTime = TimeSpan.FromMicroseconds(row.GetInt64(3)),
        Rows = row.GetInt64(4),
        Bytes = row.GetInt64(5),
        Pages = row.GetInt64(6),
        QueueTime = TimeSpan.FromMicroseconds(row.GetInt64(7)),
        Storage = row.IsDBNull(8) ? null : row.GetInt64(8),
    };
}
