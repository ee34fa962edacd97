namespace Tenancy.Core.Tests;

public sealed class TenantLimitsTests
{
    const string Requests = LimitMeters.Requests;

    readonly ManualTime _time = new();
    readonly FixedTenants _catalog = new();
    readonly Tenant _acme = Sample.Tenant("acme");
    readonly Tenant _beta = Sample.Tenant("beta");

    public TenantLimitsTests() => _catalog.Put(_acme, _beta);

    [Fact]
    public void A_tenant_is_held_to_its_tier_and_no_other_tenant_pays_for_it()
    {
        _catalog.PutTier(new RequestLimits { PerSecond = 5, Burst = 10 });
        var limits = _catalog.Limiter(_time);
        Assert.Equal(10, Hammer(limits, _acme));
        var refused = limits.TryAcquire(_acme, Requests);
        Assert.Equal((LimitStatus.Exceeded, Requests, TimeSpan.FromMilliseconds(200)), (refused.Status, refused.Policy?.Name, refused.RetryAfter));
        Assert.Equal(10, Hammer(limits, _beta));
    }

    [Fact]
    public void Where_the_tier_says_nothing_there_is_no_limit()
    {
        _catalog.PutTier(null);
        var limits = _catalog.Limiter(_time);
        var decision = limits.TryAcquire(_acme, Requests, long.MaxValue);
        Assert.True(decision.IsAllowed);
        Assert.Null(decision.Policy);
        Assert.Empty(limits.Read(_acme, Requests));
    }

    [Fact]
    public void What_was_used_is_still_used_when_the_catalog_replaces_the_tenant()
    {
        _catalog.PutTier(new RequestLimits { PerSecond = 5, Burst = 10 });
        var limits = _catalog.Limiter(_time);
        Assert.Equal(10, Hammer(limits, _acme));
        var renamed = Sample.Tenant("acme", _acme.Id) with { Name = "Acme Anvils" };
        _catalog.Put(renamed);
        Assert.Equal(0, Hammer(limits, renamed));
        Assert.Equal(0, Hammer(limits, _acme with { Name = "a copy" }));
        Assert.Equal(0, Hammer(limits, _acme));
    }

    [Fact]
    public void A_copy_under_another_id_is_another_tenant()
    {
        _catalog.PutTier(new RequestLimits { PerSecond = 5, Burst = 10 });
        var limits = _catalog.Limiter(_time);
        Assert.Equal(10, Hammer(limits, _acme));
        var other = _acme with { Id = TenantId.Create(TimeProvider.System), Slug = TenantSlug.Parse("other") };
        Assert.Equal(10, Hammer(limits, other));
    }

    [Fact]
    public void Two_limiters_over_the_same_tenants_do_not_mix()
    {
        _catalog.PutTier(new RequestLimits { PerSecond = 5, Burst = 10 });
        var (one, other) = (_catalog.Limiter(_time), _catalog.Limiter(_time));
        Assert.Equal(4, Enumerable.Range(0, 4).Count(_ => one.TryAcquire(_acme, Requests).IsAllowed));
        Assert.Equal(10, Hammer(other, _acme));
        Assert.Equal(6, Hammer(one, _acme));
    }

    [Fact]
    public void What_is_counted_does_not_make_tenants_unequal()
    {
        _catalog.PutTier(new RequestLimits { PerSecond = 5 });
        var copy = _acme with { };
        _catalog.Limiter(_time).TryAcquire(_acme, Requests);
        Assert.Equal(copy, _acme);
        Assert.Equal(copy.GetHashCode(), _acme.GetHashCode());
        Assert.NotEqual(copy with { Name = "other" }, _acme);
    }

    [Fact]
    public void A_change_of_the_tier_keeps_the_part_of_the_burst_that_is_left()
    {
        _catalog.PutTier(new RequestLimits { PerSecond = 10, Burst = 100 });
        var limits = _catalog.Limiter(_time);
        Assert.True(limits.TryAcquire(_acme, Requests, 75).IsAllowed);
        _catalog.PutTier(new RequestLimits { PerSecond = 10, Burst = 1000 });
        Assert.Equal(250, limits.Read(_acme, Requests).Single().Remaining);
        // To and fro makes nothing out of nothing.
        Assert.Equal(250, Hammer(limits, _acme));
        _catalog.PutTier(new RequestLimits { PerSecond = 10, Burst = 1 });
        Assert.Equal(0, Hammer(limits, _acme));
        _catalog.PutTier(new RequestLimits { PerSecond = 10, Burst = 1000 });
        Assert.Equal(0, Hammer(limits, _acme));
    }

    [Fact]
    public void Another_tier_counts_from_the_next_snapshot_on_also_for_whoever_holds_the_old_tenant()
    {
        _catalog.PutTier(new RequestLimits { PerSecond = 1 });
        _catalog.PutTier(new RequestLimits { PerSecond = 1000 }, name: "enterprise");
        var limits = _catalog.Limiter(_time);
        Assert.Equal(1, Hammer(limits, _acme));
        _catalog.Put(_acme with { Tier = "enterprise" });
        _time.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(1000, Hammer(limits, _acme));
    }

    [Fact]
    public async Task Limits_that_change_all_the_time_admit_no_more_than_the_largest_of_them()
    {
        // Time stands still, so all that is ever admitted comes out of one burst.
        _catalog.PutTier(new RequestLimits { PerSecond = 1, Burst = 100_000 });
        var limits = _catalog.Limiter(_time);
        using var stop = new CancellationTokenSource();
        var changes = Task.Run(() =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
                _catalog.PutTier(new RequestLimits { PerSecond = 1, Burst = i % 2 == 0 ? 1000 : 100_000 });
        });
        var admitted = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
            Enumerable.Range(0, 100_000).Count(_ => limits.TryAcquire(_acme, Requests).IsAllowed))));
        await stop.CancelAsync();
        await changes;
        Assert.InRange(admitted.Sum(), 500, 100_000);
    }

    [Fact]
    public void All_policies_of_a_meter_must_allow_it_and_a_refusal_counts_in_none()
    {
        _catalog.PutTier(new RequestLimits { PerSecond = 10, Burst = 10, PerDay = 15, PerMonth = 1000 });
        var limits = _catalog.Limiter(_time);
        Assert.Equal(10, Hammer(limits, _acme));
        _time.Pass(TimeSpan.FromSeconds(60));
        Assert.Equal(5, Hammer(limits, _acme));
        var refused = limits.TryAcquire(_acme, Requests);
        Assert.Equal(("requests-day", TimeSpan.FromHours(12) - TimeSpan.FromSeconds(60)), (refused.Policy!.Name, refused.RetryAfter));
        Assert.Equal([5L, 0L, 985L], limits.Read(_acme, Requests).Select(reading => reading.Remaining));
        _time.Pass(refused.RetryAfter);
        Assert.Equal(10, Hammer(limits, _acme));
    }

    [Fact]
    public void Meters_are_counted_apart_and_by_cost()
    {
        _catalog.PutTier(new RequestLimits { PerSecond = 10 }, new() { ["pages"] = new() { PerDay = 100 }, ["bytes"] = new() { PerSecond = 4_000_000_000 } });
        var limits = _catalog.Limiter(_time);
        Assert.True(limits.TryAcquire(_acme, LimitMeters.Pages, 60).IsAllowed);
        Assert.Equal(LimitStatus.Exceeded, limits.TryAcquire(_acme, LimitMeters.Pages, 41).Status);
        Assert.Equal(LimitStatus.TooLarge, limits.TryAcquire(_acme, LimitMeters.Pages, 101).Status);
        limits.Refund(_acme, LimitMeters.Pages, 10);
        Assert.True(limits.TryAcquire(_acme, LimitMeters.Pages, 50).IsAllowed);
        limits.Charge(_acme, LimitMeters.Pages, 30);
        _time.Pass(TimeSpan.FromDays(1));
        Assert.True(limits.TryAcquire(_acme, LimitMeters.Pages, 100).IsAllowed);
        Assert.True(limits.TryAcquire(_acme, LimitMeters.Bytes, 4_000_000_000).IsAllowed);
        Assert.Equal(10, Hammer(limits, _acme));
        Assert.Throws<ArgumentOutOfRangeException>(() => limits.TryAcquire(_acme, LimitMeters.Pages, -1));
    }

    [Fact]
    public void A_month_ends_with_the_month_and_a_clock_set_back_begins_none_anew()
    {
        _catalog.PutTier(null, new() { ["pages"] = new() { PerMonth = 10 } });
        var limits = _catalog.Limiter(_time);
        _time.Utc = new DateTimeOffset(2028, 2, 29, 23, 59, 59, TimeSpan.Zero);
        Assert.Equal(10, Hammer(limits, _acme, LimitMeters.Pages));
        Assert.Equal(TimeSpan.FromSeconds(1), limits.TryAcquire(_acme, LimitMeters.Pages).RetryAfter);
        _time.Utc += TimeSpan.FromSeconds(1);
        Assert.Equal(10, Hammer(limits, _acme, LimitMeters.Pages));
        _time.Utc -= TimeSpan.FromDays(20);
        Assert.Equal(0, Hammer(limits, _acme, LimitMeters.Pages));
    }

    [Fact]
    public void A_quota_that_changes_keeps_what_was_used()
    {
        _catalog.PutTier(null, new() { ["pages"] = new() { PerDay = 100 } });
        var limits = _catalog.Limiter(_time);
        Assert.True(limits.TryAcquire(_acme, LimitMeters.Pages, 90).IsAllowed);
        _catalog.PutTier(null, new() { ["pages"] = new() { PerDay = 120 } });
        Assert.Equal(30, Hammer(limits, _acme, LimitMeters.Pages));
        _catalog.PutTier(null, new() { ["pages"] = new() { PerDay = 50 } });
        Assert.Equal(0, Hammer(limits, _acme, LimitMeters.Pages));
    }

    [Fact]
    public void A_tenants_own_limits_replace_what_its_tier_says_of_the_same()
    {
        _catalog.PutTier(new RequestLimits { PerSecond = 10 }, new() { ["pages"] = new() { PerDay = 5 } });
        var own = TenantSettings.Parse("""{"limits":{"requests":{"perSecond":3},"quotas":{"bytes":{"perDay":7}}}}""");
        _catalog.Put(_acme with { Settings = own });
        var limits = _catalog.Limiter(_time);
        Assert.Equal((3, 5, 7), (Hammer(limits, _acme), Hammer(limits, _acme, LimitMeters.Pages), Hammer(limits, _acme, LimitMeters.Bytes)));
        Assert.Equal(10, Hammer(limits, _beta));
        _catalog.Put(_acme);
        _time.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(10, Hammer(limits, _acme));
    }

    [Theory]
    [InlineData("""{"limits":{"requests":{"perSecond":-3}}}""")]
    [InlineData("""{"limits":{"requests":{"persecond":3}}}""")]
    [InlineData("""{"limits":"none"}""")]
    [InlineData("""{"limits":{"requests":null}}""")]
    [InlineData("""{"limits":null}""")]
    public void Own_limits_that_cannot_be_read_free_nobody_of_the_tiers(string settings)
    {
        _catalog.PutTier(new RequestLimits { PerSecond = 10 });
        _catalog.Put(_acme with { Settings = TenantSettings.Parse(settings) });
        Assert.Equal(10, Hammer(_catalog.Limiter(_time), _acme));
    }

    [Fact]
    public void Deciding_allocates_nothing_admitted_or_refused()
    {
        _catalog.PutTier(new RequestLimits { PerSecond = 1000, Burst = 5000, PerDay = 1_000_000 });
        var limits = _catalog.Limiter(TimeProvider.System);
        var least = long.MaxValue;
        for (var round = 0; round < 100 && least > 0; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 200; i++)
                limits.TryAcquire(_acme, Requests);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
        Assert.False(limits.TryAcquire(_acme, Requests, 5000).IsAllowed);
    }

    static int Hammer(TenantLimits limits, Tenant tenant, string meter = Requests)
    {
        var admitted = 0;
        while (limits.TryAcquire(tenant, meter).IsAllowed)
            admitted++;
        return admitted;
    }
}
