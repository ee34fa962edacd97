using System.Reflection;
using System.Runtime.CompilerServices;

namespace Tenancy.Core.Tests;

/// <summary>What is counted lies in a tenant's object, which the catalog replaces, and of which there are copies.</summary>
public sealed class LimitHomeTests
{
    const string Requests = LimitMeters.Requests;

    readonly ManualTime _time = new();
    readonly FixedTenants _catalog = new();
    readonly Tenant _acme = Sample.Tenant("acme");

    public LimitHomeTests() => _catalog.Put(_acme);

    [Fact]
    public void A_copy_has_all_that_the_tenant_says_and_nothing_of_what_was_counted()
    {
        _catalog.PutTier(new RequestLimits { PerSecond = 5 });
        var full = _acme with { MigrationVersion = 3, Version = 7, Created = DateTimeOffset.UnixEpoch, Settings = TenantSettings.Parse("""{"a":1}""") };
        _catalog.Limiter(_time).TryAcquire(full, Requests);
        var copy = full with { };
        foreach (var property in typeof(Tenant).GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            Assert.Equal(property.GetValue(full), property.GetValue(copy));
            // One that this test leaves at its default shows nothing.
            Assert.NotEqual(property.PropertyType.IsValueType ? Activator.CreateInstance(property.PropertyType) : null,
                property.Name == nameof(Tenant.Status) ? "" : property.GetValue(copy));
        }

        Assert.Equal(full, copy);
        Assert.Null(copy.Limits.Plan);
        Assert.Equal(0, copy.Limits.Word);
    }

    [Fact]
    public void One_policy_is_counted_in_the_tenants_object_and_nothing_is_made_for_it()
    {
        _catalog.PutTier(new RequestLimits { PerSecond = 5 });
        var limits = _catalog.Limiter(_time);
        Assert.Equal(5, Hammer(limits, _acme));
        Assert.True(_acme.Limits.Word > 0);
        Assert.Null(_acme.Limits.Slots);
    }

    [Fact]
    public void The_plan_and_the_word_lie_side_by_side()
    {
        ref var limits = ref _acme.Limits;
        Assert.Equal(8, Unsafe.ByteOffset(ref Unsafe.As<LimitPlan?, byte>(ref limits.Plan), ref Unsafe.As<long, byte>(ref limits.Word)));
    }

    [Fact]
    public void An_object_that_comes_back_begins_nothing_anew()
    {
        _catalog.PutTier(new RequestLimits { PerSecond = 5, Burst = 100 });
        var limits = _catalog.Limiter(_time);
        var other = _acme with { Name = "other" };
        var left = 100;
        foreach (var next in new[] { _acme, other, _acme, other, _acme })
        {
            _catalog.Put(next);
            foreach (var holder in new[] { _acme, other, _acme with { Name = "a copy" } })
            {
                Assert.True(limits.TryAcquire(holder, Requests).IsAllowed);
                Assert.Equal(--left, limits.Read(holder, Requests).Single().Remaining);
            }
        }
    }

    [Fact]
    public void Limits_that_come_and_go_leave_no_old_word_behind()
    {
        var limits = _catalog.Limiter(_time);
        for (var i = 1; i <= 5; i++)
        {
            _catalog.PutTier(new RequestLimits { PerSecond = i, Burst = i });
            Assert.Equal(i, Hammer(limits, _acme));
            _catalog.PutTier(new RequestLimits { PerDay = 4 });
            Assert.Equal(4, Hammer(limits, _acme));
            _catalog.PutTier(null, new() { ["pages"] = new() { PerSecond = 7 } });
            Assert.True(limits.TryAcquire(_acme, Requests, 1_000_000).IsAllowed);
            Assert.Equal(7, Hammer(limits, _acme, LimitMeters.Pages));
        }
    }

    [Fact]
    public void A_second_policy_of_the_meter_leaves_what_was_used_of_the_first()
    {
        _catalog.PutTier(new RequestLimits { PerSecond = 1, Burst = 10 });
        var limits = _catalog.Limiter(_time);
        Assert.True(limits.TryAcquire(_acme, Requests, 4).IsAllowed);
        _catalog.PutTier(new RequestLimits { PerSecond = 1, Burst = 10, PerDay = 5 });
        Assert.Equal([6L, 5L], limits.Read(_acme, Requests).Select(reading => reading.Remaining));
        Assert.Equal(5, Hammer(limits, _acme));
        _catalog.PutTier(new RequestLimits { PerSecond = 1, Burst = 10 });
        Assert.Equal(1, Hammer(limits, _acme));
    }

    [Fact]
    public void A_tenant_that_was_removed_is_limited_still_for_whoever_holds_it()
    {
        _catalog.PutTier(new RequestLimits { PerSecond = 5, Burst = 10 });
        var limits = _catalog.Limiter(_time);
        Assert.Equal(10, Hammer(limits, _acme));
        _catalog.Remove(_acme.Id);
        Assert.InRange(Hammer(limits, _acme), 0, 10);
        Assert.Equal(0, Hammer(limits, _acme));
    }

    [Theory]
    [InlineData("another object")]
    [InlineData("another rate")]
    [InlineData("no rate")]
    [InlineData("none, and one again")]
    [InlineData("removed")]
    public void Whoever_still_holds_what_was_before_is_not_admitted_by_it(string change)
    {
        _catalog.PutTier(new RequestLimits { PerSecond = 5 });
        var limits = _catalog.Limiter(_time);
        Assert.True(limits.TryAcquire(_acme, Requests).IsAllowed);
        var before = _acme.Limits.Plan!;
        // As before any change: the control.
        Assert.Equal(3, before.TryTake(ref _acme.Limits.Word, 1, limits.Clock.Now));
        var next = change == "another object" ? _acme with { Version = 2 } : _acme;
        _catalog.Put(next);
        if (change == "removed")
            _catalog.Remove(_acme.Id);
        if (change is "no rate" or "none, and one again")
            _catalog.PutTier(new RequestLimits { PerDay = 5 });
        limits.TryAcquire(next, Requests);
        if (change is "another rate" or "none, and one again")
            _catalog.PutTier(new RequestLimits { PerSecond = 50 });
        limits.TryAcquire(next, Requests);
        Assert.True(before.TryTake(ref _acme.Limits.Word, 1, limits.Clock.Now) < 0);
    }

    [Fact]
    public async Task An_object_that_is_replaced_all_the_time_admits_no_more_than_the_burst()
    {
        // Time stands still, so all that is ever admitted comes out of one burst.
        const int Burst = 60_000;
        _catalog.PutTier(new RequestLimits { PerSecond = 1, Burst = Burst });
        var limits = _catalog.Limiter(_time);
        var admitted = await Task.WhenAll(Enumerable.Range(0, 3).Select(worker => Task.Factory.StartNew(() =>
            Enumerable.Range(0, 50_000).Count(i =>
            {
                // One moves it, also back to the object that it was in at first; another asks by that one all the time.
                if (worker == 0 && i % 10 == 0)
                    _catalog.Put(i % 30 == 0 ? _acme : _acme with { Version = i });
                var tenant = _catalog.Current.TryFind(_acme.Id, out var current) && worker > 0 ? current : _acme;
                return limits.TryAcquire(tenant, Requests).IsAllowed;
            }), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        Assert.Equal(Burst, admitted.Sum());
        Assert.Equal(0, limits.Read(_acme, Requests).Single().Remaining);
    }

    static int Hammer(TenantLimits limits, Tenant tenant, string meter = Requests)
    {
        var admitted = 0;
        while (limits.TryAcquire(tenant, meter).IsAllowed)
            admitted++;
        return admitted;
    }
}
