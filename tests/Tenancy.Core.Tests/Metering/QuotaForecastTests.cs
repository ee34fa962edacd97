namespace Tenancy.Core.Tests;

public sealed class QuotaForecastTests
{
    static readonly DateOnly Today = new(2026, 11, 10);
    static readonly LimitPolicy[] NoPolicies = [];

    readonly Tenant _tenant = Sample.Tenant("acme");

    [Fact]
    public void A_line_reaches_its_level_when_it_does()
    {
        var trend = new UsageTrend(_tenant.Id, UsageMetric.Storage, 30, Today: 700, PerDay: 50);
        Assert.Equal(6, trend.DaysUntil(1000));
        Assert.Equal(1000, trend.At(6));
        Assert.Equal(0, trend.DaysUntil(700));
        Assert.Null((trend with { PerDay = 0 }).DaysUntil(1000));
        Assert.Null((trend with { PerDay = -1 }).DaysUntil(1000));
    }

    [Theory]
    [InlineData(700, 50, 650, 50, "2026-11-16")]
    // Beyond the horizon; on one day only; there already; shrinking.
    [InlineData(700, 10, 690, 10, null)]
    [InlineData(700, 50, 650, 5, null)]
    [InlineData(1000, 50, 950, 50, null)]
    [InlineData(700, -50, 750, -50, null)]
    public void Storage_that_grows_is_told_of_before_it_is_full(double today, double perDay, double before, double beforePerDay, string? reached)
    {
        var found = QuotaForecasts.Of(_tenant, NoPolicies, 1000, Basis(
            new UsageTrend(_tenant.Id, UsageMetric.Storage, 30, today, perDay),
            new UsageTrend(_tenant.Id, UsageMetric.Storage, 30, before, beforePerDay))).ToArray();
        Assert.Equal(reached is null ? [] : [("storage", DateOnly.Parse(reached!))], found.Select(static forecast => (forecast.Policy, forecast.Reached)));
    }

    [Fact]
    public void A_days_quota_is_compared_with_days_and_a_months_with_their_sum()
    {
        LimitPolicy[] policies =
        [
            new LimitPolicy("pages", 150, LimitPeriod.Day), new LimitPolicy("pages", 2000, LimitPeriod.Month),
            new LimitPolicy("other", 1, LimitPeriod.Month), new LimitPolicy("requests", 1, LimitPeriod.Month),
        ];
        var trend = new UsageTrend(_tenant.Id, UsageMetric.Pages, 30, Today: 100, PerDay: 10);
        var basis = Basis(trend, trend with { Today = 90 }) with
        {
            InMonth = new Dictionary<TenantId, UsageAmounts> { [_tenant.Id] = new() { Pages = 1600 } },
        };
        // 100, 110, 120 and 130 from today on: the fourth day passes 2000.
        Assert.Equal(
            [("pages-day", Today.AddDays(5)), ("pages-month", Today.AddDays(3))],
            QuotaForecasts.Of(_tenant, policies, null, basis).Select(static forecast => (forecast.Policy, forecast.Reached)));
    }

    [Fact]
    public void A_month_begins_anew()
    {
        var trend = new UsageTrend(_tenant.Id, UsageMetric.Pages, 30, Today: 100, PerDay: 0);
        var basis = Basis(trend, trend) with { Today = new DateOnly(2026, 11, 29) };
        var policy = new LimitPolicy("pages", 300, LimitPeriod.Month);
        Assert.Empty(QuotaForecasts.Of(_tenant, [policy], null, basis));
        Assert.Single(QuotaForecasts.Of(_tenant, [policy], null, basis with { Today = new DateOnly(2026, 11, 28) }));
    }

    static QuotaForecasts.Basis Basis(UsageTrend today, UsageTrend before) => new(
        Today, 14, new[] { today }.ToLookup(static trend => trend.Tenant), new[] { before }.ToLookup(static trend => trend.Tenant),
        new Dictionary<TenantId, UsageAmounts>());
}
