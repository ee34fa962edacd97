using Tenancy.Ocr.Tests.Support;

namespace Tenancy.Ocr.Tests.Client;

/// <summary>What one tenant may use, and that it takes nothing from another.</summary>
public sealed class TenantLimitTests
{
    [Fact]
    public void Pages_per_minute_are_refilled_bit_by_bit()
    {
        using var metrics = new OcrMetrics();
        var time = new ManualTime();
        var limiter = new TenantLimiter(new OcrOptions { Tenants = new() { PagesPerMinute = 60 } }, time, metrics);
        var (one, other) = (OcrHost.Tenant("one"), OcrHost.Tenant("other"));
        limiter.Take(one, "p", 60, 1);
        var error = Assert.Throws<OcrException>(() => limiter.Take(one, "p", 10, 1));
        Assert.Equal((GrpcStatusCode.ResourceExhausted, OcrReasons.TenantLimit, true), (error.Status, error.Reason, error.IsRetryable));
        Assert.Equal(10, error.RetryAfter!.Value.TotalSeconds, 3);
        limiter.Take(other, "p", 60, 1);
        time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.Throws<OcrException>(() => limiter.Take(one, "p", 10, 1));
        time.Advance(TimeSpan.FromSeconds(0.2));
        limiter.Take(one, "p", 10, 1);
    }

    [Fact]
    public void A_document_larger_than_a_minutes_worth_needs_an_idle_minute_and_leaves_a_debt()
    {
        using var metrics = new OcrMetrics();
        var time = new ManualTime();
        var limiter = new TenantLimiter(new OcrOptions { Tenants = new() { PagesPerMinute = 60 } }, time, metrics);
        var tenant = OcrHost.Tenant("one");
        limiter.Take(tenant, "p", 120, 1);
        time.Advance(TimeSpan.FromSeconds(60));
        Assert.Throws<OcrException>(() => limiter.Take(tenant, "p", 1, 1));
        time.Advance(TimeSpan.FromSeconds(1.1));
        limiter.Take(tenant, "p", 1, 1);
    }

    [Fact]
    public void Bytes_and_the_tiers_own_limits()
    {
        using var metrics = new OcrMetrics();
        var options = new OcrOptions { Tenants = new() { BytesPerMinute = 1024 }, Tiers = { ["large"] = new() { BytesPerMinute = 1_000_000 } } };
        var limiter = new TenantLimiter(options, new ManualTime(), metrics);
        var (small, large) = (OcrHost.Tenant("small"), OcrHost.Tenant("large", "large"));
        limiter.Take(small, "p", 1, 1000);
        Assert.Throws<OcrException>(() => limiter.Take(small, "p", 1, 1000));
        limiter.Take(large, "p", 1, 500_000);
        limiter.Take(large, "p", 1, 400_000);
    }

    [Fact]
    public async Task A_refused_document_is_never_sent_and_pages_found_later_count()
    {
        await using var server = await OcrServer.StartAsync(server => server.Pages = 50);
        await using var host = new OcrHost(options =>
        {
            OcrHost.Add(options, server);
            options.Tenants.PagesPerMinute = 10;
        });
        // Nobody can count these pages but the server.
        var uncounted = new OcrDocument("%PDF-1.7\nnothing to count"u8.ToArray());
        Assert.Equal(50, (await host.Client.ReadAsync(uncounted)).Pages.Count);
        var error = await Assert.ThrowsAsync<OcrException>(() => host.Client.ReadAsync(uncounted));
        Assert.Equal(OcrReasons.TenantLimit, error.Reason);
        Assert.True(error.RetryAfter > TimeSpan.FromMinutes(3));
        Assert.Equal(1, server.Calls);
    }

    [Fact]
    public async Task Pages_count_in_the_quota_of_the_tier_by_what_was_read()
    {
        await using var server = await OcrServer.StartAsync(server => server.Pages = 3);
        var (tenant, free) = (OcrHost.Tenant("one"), OcrHost.Tenant("other", "free"));
        await using var host = new OcrHost(options =>
        {
            OcrHost.Add(options, server);
            options.Quota = "pages";
        }, tenancy: true, catalog: new OneTier(new Tier { Name = "starter", Quotas = new Dictionary<string, QuotaLimits> { ["pages"] = new() { PerDay = 4 } } }, tenant, free));
        var uncounted = new OcrDocument("%PDF-1.7\nnothing to count"u8.ToArray());
        using (host.Tenants.Enter(tenant))
        {
            await host.Client.ReadAsync(uncounted);
            Assert.Equal(1, host.Limits.Read(tenant, "pages").Single().Remaining);
            // One page is expected, and three come: what is read is counted, also beyond the limit.
            await host.Client.ReadAsync(uncounted);
            var refused = await Assert.ThrowsAsync<OcrException>(() => host.Client.ReadAsync(uncounted));
            Assert.Equal((GrpcStatusCode.ResourceExhausted, OcrReasons.TenantLimit), (refused.Status, refused.Reason));
            Assert.Equal(TenantRefusalKind.LimitExceeded, Assert.IsType<TenantLimitException>(refused.InnerException).Kind);
        }

        Assert.Equal(2, server.Calls);
        using (host.Tenants.Enter(free))
            await host.Client.ReadAsync(uncounted);
    }

    [Theory]
    [InlineData("pages", 8)]
    [InlineData(null, 0)]
    public async Task Pages_that_were_read_are_metered_once(string? quota, long metered)
    {
        await using var server = await OcrServer.StartAsync(server => server.Pages = 3);
        var (tenant, meter) = (OcrHost.Tenant("one"), new RecordingMeter());
        await using var host = new OcrHost(options =>
        {
            OcrHost.Add(options, server);
            options.Quota = quota;
        }, tenancy: true, catalog: new OneTier(new Tier { Name = "starter", Quotas = new Dictionary<string, QuotaLimits> { ["pages"] = new() { PerDay = 9 } } }, tenant), meter: meter);
        using (host.Tenants.Enter(tenant))
        {
            var counted = new OcrDocument(Samples.Pdf(3, "counted"));
            await host.Client.ReadAsync(counted);
            // One is expected of a file that nobody can count, and three come.
            await host.Client.ReadAsync(new OcrDocument("%PDF-1.7\nnothing to count"u8.ToArray()));
            // Left after two: the third was read for nobody.
            await foreach (var page in host.Client.ReadPagesAsync(counted))
            {
                if (page.Number == 2)
                    break;
            }

            if (quota is not null)
                await Assert.ThrowsAsync<OcrException>(() => host.Client.ReadAsync(counted));
        }

        Assert.Equal(metered, meter.Counted.Sum(count => count.Amount));
        Assert.All(meter.Counted, count => Assert.Equal((tenant.Id, UsageMetric.Pages), (count.Tenant, count.Metric)));
        Assert.Equal(quota is null ? 0 : 3, meter.Counted.Count);
    }

    [Fact]
    public async Task No_more_calls_at_once_than_the_tenant_may_have()
    {
        await using var server = await OcrServer.StartAsync(server => server.BeforePage = (_, _) => Task.Delay(20));
        await using var host = new OcrHost(options =>
        {
            options.Pools["p"] = new OcrPoolOptions { Servers = { server.Address.ToString() }, ConcurrencyPerServer = 10 };
            options.Tenants.MaxConcurrent = 2;
        });
        await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => host.Client.ReadAsync(new OcrDocument(Samples.Png("t")))));
        Assert.Equal(2, server.MostAtOnce);
    }
}
