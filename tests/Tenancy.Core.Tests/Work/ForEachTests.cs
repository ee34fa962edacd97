using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using static Tenancy.TenantSelection;

namespace Tenancy.Core.Tests;

public sealed class ForEachTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    static readonly Tenant[] Twenty = [.. Enumerable.Range(10, 20).Select(n => Sample.Tenant($"tenant-{n}"))];

    [Fact]
    public async Task Each_tenant_is_ambient_in_its_own_work_and_the_caller_keeps_its_own()
    {
        await using var fixture = new WorkFixture(Twenty);
        var tenants = fixture.Tenants;
        var caller = Sample.Tenant("caller");
        var seen = new ConcurrentBag<(Tenant Given, Tenant? Ambient)>();
        using (tenants.Enter(caller))
        {
            var report = await tenants.ForEachAsync(Active, async (tenant, stop) =>
            {
                await Task.Yield();
                seen.Add((tenant, tenants.Current));
                await Task.Delay(1, stop);
                seen.Add((tenant, tenants.Current));
            }, new() { MaxConcurrency = 8 }, CancellationToken.None);
            Assert.Same(caller, tenants.Current);
            Assert.Equal(Ids(Twenty), report.Completed.Select(id => id.Value).Order());
        }

        Assert.Equal(40, seen.Count);
        Assert.All(seen, pair => Assert.Same(pair.Given, pair.Ambient));
        Assert.Equal(Ids(Twenty), seen.Select(pair => pair.Given.Id.Value).Distinct().Order());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public async Task No_more_run_at_a_time_than_may_and_as_many_as_may(int concurrency)
    {
        await using var fixture = new WorkFixture(Twenty);
        var (running, most) = (0, 0);
        var full = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await fixture.Tenants.ForEachAsync(Active, async (_, stop) =>
        {
            var now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            if (now == concurrency)
                full.TrySetResult();
            // The first ones wait for each other: else a slow machine would never have them all at once.
            await full.Task.WaitAsync(Patience, stop);
            await Task.Delay(2, stop);
            Interlocked.Decrement(ref running);
        }, new() { MaxConcurrency = concurrency });
        Assert.Equal(concurrency, most);
    }

    [Fact]
    public async Task A_tenants_failure_is_its_own_and_all_others_are_done()
    {
        await using var fixture = new WorkFixture(Twenty);
        var done = new ConcurrentBag<Tenant>();
        var error = await Assert.ThrowsAsync<TenantRunException>(() => fixture.Tenants.ForEachAsync(Active, async (tenant, _) =>
        {
            await Task.Yield();
            if (tenant == Twenty[3])
                throw new InvalidOperationException("broken for " + tenant);
            if (tenant == Twenty[7])
                throw new OperationCanceledException("its own affair");
            done.Add(tenant);
        }));
        Assert.Equal(Ids(Twenty.Except([Twenty[3], Twenty[7]])), done.Select(tenant => tenant.Id.Value).Order());
        Assert.Equal(Ids(done), error.Report.Completed.Select(id => id.Value).Order());
        Assert.Equal(
            [(Twenty[3], "broken for tenant-13"), (Twenty[7], "its own affair")],
            error.Report.Failures.OrderBy(failure => failure.Tenant.Slug.Value).Select(failure => (failure.Tenant, failure.Error.Message)));
        Assert.Contains($"{Twenty[3].Id} (InvalidOperationException)", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("tenant-13", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("broken", error.Message, StringComparison.Ordinal);

        // Each failure is logged in its tenant's scope, and in no other's.
        var logged = Assert.Single(fixture.Logged, line => line.Contains("broken for tenant-13", StringComparison.Ordinal));
        Assert.EndsWith($"[tenant.id:{Twenty[3].Id}]", logged, StringComparison.Ordinal);
        Assert.Equal(2, fixture.Logged.Count);
    }

    [Fact]
    public async Task A_stop_begins_no_further_tenant_and_is_not_a_failure()
    {
        await using var fixture = new WorkFixture(Twenty);
        using var stopping = new CancellationTokenSource();
        var begun = 0;
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fixture.Tenants.ForEachAsync(Active, async (_, stop) =>
        {
            if (Interlocked.Increment(ref begun) == 2)
                await stopping.CancelAsync();
            await Task.Delay(Timeout.Infinite, stop);
        }, new() { MaxConcurrency = 2 }, stopping.Token));
        Assert.IsNotType<TenantRunException>(error);
        Assert.Equal(2, begun);
        Assert.Empty(fixture.Logged);
    }

    [Fact]
    public async Task A_stop_that_the_work_ignores_still_ends_the_run_as_stopped()
    {
        await using var fixture = new WorkFixture(Twenty);
        using var stopping = new CancellationTokenSource();
        var begun = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fixture.Tenants.ForEachAsync(Active, async (_, _) =>
        {
            begun++;
            await stopping.CancelAsync();
        }, new() { MaxConcurrency = 1 }, stopping.Token));
        Assert.Equal(1, begun);
    }

    [Fact]
    public async Task A_tenant_that_takes_too_long_fails_alone()
    {
        await using var fixture = new WorkFixture(Twenty);
        var error = await Assert.ThrowsAsync<TenantRunException>(() => fixture.Tenants.ForEachAsync(
            Active,
            (tenant, stop) => tenant == Twenty[0] ? Task.Delay(Timeout.Infinite, stop) : Task.CompletedTask,
            new() { TimeoutPerTenant = TimeSpan.FromMilliseconds(200) }));
        var failure = Assert.Single(error.Report.Failures);
        Assert.Equal(Twenty[0], failure.Tenant);
        Assert.Contains("longer than 00:00:00.2", Assert.IsType<TimeoutException>(failure.Error).Message, StringComparison.Ordinal);
        Assert.Equal(19, error.Report.Completed.Count);
    }

    [Fact]
    public async Task Tenants_come_by_id_or_in_the_order_asked_for()
    {
        await using var fixture = new WorkFixture(Twenty);
        var order = new List<string>();
        Task Note(Tenant tenant, CancellationToken stop)
        {
            order.Add(tenant.Slug.Value);
            return Task.CompletedTask;
        }

        await fixture.Tenants.ForEachAsync(Active, Note, new() { MaxConcurrency = 1 });
        Assert.Equal(Twenty.OrderBy(tenant => tenant.Id.Value).Select(tenant => tenant.Slug.Value), order);
        order.Clear();
        await fixture.Tenants.ForEachAsync(
            Active, Note, new() { MaxConcurrency = 1, Order = (one, other) => string.CompareOrdinal(other.Slug.Value, one.Slug.Value) });
        Assert.Equal(Twenty.Select(tenant => tenant.Slug.Value).OrderDescending(StringComparer.Ordinal), order);
    }

    [Fact]
    public async Task Only_those_selected_get_a_turn()
    {
        await using var fixture = new WorkFixture(
            Sample.Tenant("active-1"), Sample.Tenant("active-2") with { Tier = "gold" },
            Sample.Tenant("sleepy") with { Status = TenantStatus.Suspended },
            Sample.Tenant("newborn") with { Status = TenantStatus.Provisioning },
            Sample.Tenant("leaving") with { Status = TenantStatus.Deleting });
        Assert.Equal(["active-1", "active-2"], await SlugsAsync(fixture, Active));
        Assert.Equal(["active-2"], await SlugsAsync(fixture, tenant => Active(tenant) && tenant.Tier == "gold"));
        Assert.Equal(["sleepy"], await SlugsAsync(fixture, tenant => tenant.Status == TenantStatus.Suspended));
    }

    [Fact]
    public async Task A_tenant_that_changed_before_its_turn_is_looked_at_again()
    {
        var (first, gone, suspended, renamed) = (Sample.Tenant("first"), Sample.Tenant("gone"), Sample.Tenant("suspended"), Sample.Tenant("renamed"));
        await using var fixture = new WorkFixture(first, gone, suspended, renamed);
        var seen = new List<string>();
        var report = await fixture.Tenants.ForEachAsync(Active, (tenant, _) =>
        {
            seen.Add(tenant.Name);
            fixture.Remove(gone);
            fixture.Put(suspended with { Status = TenantStatus.Suspended });
            fixture.Put(renamed with { Name = "renamed meanwhile" });
            return Task.CompletedTask;
        }, new() { MaxConcurrency = 1, Order = (one, other) => string.CompareOrdinal(one.Slug.Value, other.Slug.Value) });
        Assert.Equal(["first", "renamed meanwhile"], seen);
        Assert.Equal([gone.Id, suspended.Id], report.Skipped);
        Assert.Equal([first.Id, renamed.Id], report.Completed);
    }

    [Fact]
    public async Task Each_tenants_work_has_services_of_its_own()
    {
        await using var fixture = new WorkFixture(Twenty);
        var scoped = new ConcurrentBag<WorkFixture.Scoped>();
        await fixture.Tenants.ForEachAsync(Active, (_, services, _) =>
        {
            scoped.Add(services.GetRequiredService<WorkFixture.Scoped>());
            return Task.CompletedTask;
        });
        Assert.Equal(20, scoped.Distinct().Count());
    }

    [Fact]
    public async Task Each_tenants_work_is_an_activity_with_its_id()
    {
        var stopped = new ConcurrentBag<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == TenancyTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = stopped.Add,
        };
        ActivitySource.AddActivityListener(listener);
        var (good, bad) = (Sample.Tenant("good"), Sample.Tenant("bad"));
        await using var fixture = new WorkFixture(good, bad);
        await Assert.ThrowsAsync<TenantRunException>(() => fixture.Tenants.ForEachAsync(
            Active, (tenant, _) => tenant == bad ? throw new InvalidOperationException() : Task.CompletedTask));
        var mine = stopped.Where(activity => activity.GetTagItem("tenant.id") is string id && (id == good.Id.ToString() || id == bad.Id.ToString())).ToList();
        Assert.Equal(2, mine.Count);
        var failed = Assert.Single(mine, activity => activity.Status == ActivityStatusCode.Error);
        Assert.Equal(bad.Id.ToString(), failed.GetTagItem("tenant.id"));
        Assert.Equal(typeof(InvalidOperationException).FullName, failed.GetTagItem("error.type"));
    }

    [Fact]
    public async Task Options_out_of_range_and_a_missing_catalog_are_named()
    {
        await using var fixture = new WorkFixture(Twenty);
        Task Run(TenantRunOptions options) => fixture.Tenants.ForEachAsync(Active, (_, _) => Task.CompletedTask, options);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>("MaxConcurrency", () => Run(new() { MaxConcurrency = 0 }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>("MaxConcurrency", () => Run(new() { MaxConcurrency = 1025 }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>("TimeoutPerTenant", () => Run(new() { TimeoutPerTenant = TimeSpan.Zero }));

        await using var bare = new ServiceCollection().AddTenancy().Services.BuildServiceProvider();
        var error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => bare.GetRequiredService<ITenantContext>().ForEachAsync(Active, (_, _) => Task.CompletedTask));
        Assert.Contains("UsePostgres()", error.Message, StringComparison.Ordinal);
        error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => new TenantContext().ForEachAsync(Active, (_, _) => Task.CompletedTask));
        Assert.Contains("AddTenancy(...)", error.Message, StringComparison.Ordinal);
    }

    static async Task<List<string>> SlugsAsync(WorkFixture fixture, Func<Tenant, bool> which)
    {
        var slugs = new ConcurrentBag<string>();
        await fixture.Tenants.ForEachAsync(which, (tenant, _) =>
        {
            slugs.Add(tenant.Slug.Value);
            return Task.CompletedTask;
        });
        return [.. slugs.Order(StringComparer.Ordinal)];
    }

    static IEnumerable<Guid> Ids(IEnumerable<Tenant> tenants) => tenants.Select(tenant => tenant.Id.Value).Order();

    static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); value > seen;)
            seen = Interlocked.CompareExchange(ref target, value, seen);
    }
}
