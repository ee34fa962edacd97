namespace Tenancy.Postgres.Tests;

/// <summary>The server's lines against lines that are known, and who is told of where they lead.</summary>
public sealed class UsageForecastTests(MeteredTenants tenants) : IClassFixture<MeteredTenants>
{
    static readonly DateOnly Today = new(2026, 6, 15);

    [Theory]
    [InlineData(100, 25)]
    [InlineData(9000, -100)]
    [InlineData(500, 0)]
    public async Task A_line_is_found_again(long first, long perDay)
    {
        var tenant = TenantId.Create(TimeProvider.System);
        for (var day = 40; day >= 1; day--)
        {
            // Only the last thirty lie on the line; and each day is two minutes of it.
            var amount = day > UsageTrend.MostDays ? 1_000_000 : first + perDay * (UsageTrend.MostDays - day);
            await tenants.AddAsync(tenant, At(day), new() { Pages = amount / 2 });
            await tenants.AddAsync(tenant, At(day).AddHours(23), new() { Pages = amount - amount / 2 });
        }

        await tenants.AddAsync(tenant, At(0), new() { Pages = 77 });
        var trend = Assert.Single(await TrendsAsync(tenant));
        Assert.Equal((UsageMetric.Pages, UsageTrend.MostDays), (trend.Metric, trend.Days));
        Assert.Equal(perDay, trend.PerDay, 6);
        Assert.Equal(first + perDay * UsageTrend.MostDays, trend.Today, 6);
    }

    [Fact]
    public async Task A_day_without_use_is_one_of_zero_and_too_few_days_make_no_line()
    {
        var (gaps, young) = (TenantId.Create(TimeProvider.System), TenantId.Create(TimeProvider.System));
        for (var day = 10; day >= 1; day -= 9)
            await tenants.AddAsync(gaps, At(day), new() { Requests = 90 });
        for (var day = UsageTrend.LeastDays - 1; day >= 1; day--)
            await tenants.AddAsync(young, At(day), new() { Requests = 90 });
        var trend = Assert.Single(await TrendsAsync(gaps));
        // 90, eight zeros, 90: flat, and at their mean.
        Assert.Equal((10, 0d, 18d), (trend.Days, Math.Round(trend.PerDay, 6), Math.Round(trend.Today, 6)));
        Assert.Empty(await TrendsAsync(young));
    }

    [Fact]
    public async Task Who_will_reach_a_quota_is_told_of_once_a_day_and_who_will_not_is_not()
    {
        var growing = await CreateAsync("growing", """{"limits":{"quotas":{"pages":{"perDay":1000}}}}""");
        var steady = await CreateAsync("steady", """{"limits":{"quotas":{"pages":{"perDay":1000}}}}""");
        var free = await CreateAsync("free", "{}");
        // Also on the day itself, which counts for the next.
        for (var day = 30; day >= 0; day--)
        {
            foreach (var tenant in new[] { growing, free })
                await tenants.AddAsync(tenant.Id, At(day), new() { Pages = 900 - 20 * day });
            await tenants.AddAsync(steady.Id, At(day), new() { Pages = 900 });
        }

        var (told, heard) = (new Told(), new Told());
        var now = new DateTimeOffset(Today.ToDateTime(new TimeOnly(6, 0)), TimeSpan.Zero);
        await tenants.Upkeep(now, new Failing(), told).AlertAsync(default);
        // Another process, later on the same day; and the next day.
        await tenants.Upkeep(now.AddHours(12), heard).AlertAsync(default);
        Assert.Empty(heard.Forecasts);
        var forecast = Assert.Single(told.Forecasts);
        Assert.Equal((growing.Id, "pages-day", 1000L, Today.AddDays(5)), (forecast.Tenant.Id, forecast.Policy, forecast.Quota, forecast.Reached));
        Assert.Contains(tenants.Deployment.Options.Logs.Messages, message => message.Contains("pages-day", StringComparison.Ordinal));
        await tenants.Upkeep(now.AddDays(1), heard).AlertAsync(default);
        Assert.Single(heard.Forecasts);
    }

    static DateTimeOffset At(int daysAgo) => new(Today.AddDays(-daysAgo).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    async Task<UsageTrend[]> TrendsAsync(TenantId tenant) =>
        [.. (await tenants.History.TrendsAsync(Today)).Where(trend => trend.Tenant == tenant)];

    Task<Tenant> CreateAsync(string slug, string settings) => tenants.Deployment.Lifecycle.CreateAsync(
        new TenantSpecification(TenantSlug.Parse(slug), "A tenant", "any") { Settings = TenantSettings.Parse(settings) });

    sealed class Told : IUsageObserver
    {
        public List<QuotaForecast> Forecasts { get; } = [];

        public ValueTask OnForecastAsync(QuotaForecast forecast, CancellationToken cancellationToken)
        {
            Forecasts.Add(forecast);
            return default;
        }
    }

    sealed class Failing : IUsageObserver
    {
        public ValueTask OnForecastAsync(QuotaForecast forecast, CancellationToken cancellationToken) => throw new InvalidOperationException("Broken.");
    }
}
