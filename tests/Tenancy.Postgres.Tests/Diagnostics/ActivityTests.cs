using System.Diagnostics;

namespace Tenancy.Postgres.Tests;

/// <summary>What a trace shows of the router.</summary>
public sealed class ActivityTests : IDisposable
{
    // Others may listen, and wait, at the same time.
    static readonly string Server = $"traced-{Guid.NewGuid():n}";

    readonly RouterMetrics _metrics = new();
    readonly ServerBudget _budget;
    readonly SessionPool _pool;

    public ActivityTests()
    {
        _budget = new ServerBudget(Server, 1, TimeProvider.System, _metrics);
        _pool = new SessionPool(_budget, "shared", 1, isShared: true);
    }

    [Fact]
    public async Task A_wait_is_a_span_of_the_request_that_waited_and_names_its_tenant_by_id()
    {
        var spans = new List<Activity>();
        using var listener = Listen(spans);
        using var request = new Activity("request").Start();
        var (first, second) = (Ask(), Ask());
        var waiting = Patience.WaitAsync(second, TimeSpan.FromMinutes(1), async: true, CancellationToken.None);
        Assert.Empty(spans);
        _budget.GiveBack(first);
        await waiting;
        var span = Assert.Single(spans);
        Assert.Equal("tenancy.connection.wait", span.OperationName);
        Assert.Equal(request.SpanId, span.ParentSpanId);
        Assert.Same(request, Activity.Current);
        Assert.Equal(
            [("db.system.name", "postgresql"), ("tenancy.server", Server), ("tenant.id", second.Share.Tenant.ToString())],
            span.TagObjects.Select(tag => (tag.Key, (string)tag.Value!)));
        Assert.Equal(ActivityStatusCode.Unset, span.Status);
        Assert.True(span.Duration >= TimeSpan.Zero && span.Duration <= second.Waited);
    }

    [Fact]
    public async Task A_wait_that_ended_without_a_connection_is_an_error()
    {
        var spans = new List<Activity>();
        using var listener = Listen(spans);
        var (_, second) = (Ask(), Ask());
        await Assert.ThrowsAsync<TenantConnectionTimeoutException>(
            () => Patience.WaitAsync(second, TimeSpan.FromMilliseconds(10), async: true, CancellationToken.None));
        var span = Assert.Single(spans);
        Assert.Equal(ActivityStatusCode.Error, span.Status);
        Assert.Equal("timeout", span.GetTagItem("error.type"));
    }

    [Fact]
    public async Task A_pool_that_is_proven_is_a_span_with_the_name_of_its_placement()
    {
        var spans = new List<Activity>();
        Tenant tenant;
        string database;
        using (Listen(spans, static _ => true))
        {
            await using var deployment = await Deployment.StartAsync();
            tenant = await deployment.CreateAsync(TenantIsolation.Database);
            database = deployment.SharedDatabase;
        }

        var own = spans.Single(span => span.GetTagItem("tenant.id") as string == tenant.Id.ToString());
        Assert.Equal(("tenancy.pool.open", $"{Deployment.Server}/own"), (own.OperationName, own.GetTagItem("db.client.connection.pool.name")));
        var shared = spans.Single(span => span.GetTagItem("db.client.connection.pool.name") as string == $"{Deployment.Server}/{database}");
        Assert.Equal(Deployment.Server, shared.GetTagItem("tenancy.server"));
    }

    [Fact]
    public void Without_a_listener_a_wait_leaves_nothing_behind()
    {
        var waiter = Ask();
        RouterActivities.Waited(waiter, granted: true);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var times = 0; times < 1000; times++)
            RouterActivities.Waited(waiter, granted: true);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        // The control: with one, there is something to leave.
        using var listener = Listen([]);
        RouterActivities.Waited(waiter, granted: true);
        Assert.NotEqual(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void A_snapshot_names_those_that_waited_longest_and_those_that_were_busiest()
    {
        var shares = Enumerable.Range(0, 30).Select(_ => _budget.ShareOf(TenantId.Create(TimeProvider.System))).ToArray();
        for (var i = 0; i < shares.Length; i++)
        {
            shares[i].CountWait(1000L - i);
            shares[i].CountLease(Stopwatch.Frequency * (i + 1));
        }

        var server = _budget.Describe(top: 3);
        Assert.Equal(shares[..3].Select(share => share.Tenant), server.Tenants.Select(tenant => tenant.Tenant));
        Assert.Equal(shares[^3..].Reverse().Select(share => share.Tenant), server.Busiest.Select(tenant => tenant.Tenant));
    }

    public void Dispose()
    {
        _budget.Dispose();
        _metrics.Dispose();
    }

    Waiter Ask()
    {
        var waiter = new Waiter(_pool, _budget.ShareOf(TenantId.Create(TimeProvider.System)));
        _budget.Request(waiter);
        return waiter;
    }

    static ActivityListener Listen(List<Activity> spans, Func<Activity, bool>? which = null)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == TenancyDiagnostics.ActivitySourceName,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                lock (spans)
                {
                    if (which?.Invoke(activity) ?? activity.GetTagItem("tenancy.server") as string == Server)
                        spans.Add(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
