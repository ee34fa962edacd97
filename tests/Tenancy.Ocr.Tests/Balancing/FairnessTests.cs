namespace Tenancy.Ocr.Tests.Balancing;

/// <summary>Who is next, and how many may wait.</summary>
public sealed class FairnessTests
{
    [Fact]
    public async Task One_call_per_server_at_a_time()
    {
        using var fixture = new PoolFixture(servers: 2);
        var (one, two, three) = (fixture.Acquire(), fixture.Acquire(), fixture.Acquire());
        Assert.NotEqual((await one).Endpoint, (await two).Endpoint);
        Assert.False(three.IsCompleted);
        (await one).End(CallOutcome.Served, 1);
        Assert.Equal((await one).Endpoint, (await three).Endpoint);
    }

    [Fact]
    public async Task The_least_busy_server_is_next()
    {
        using var fixture = new PoolFixture(servers: 3, concurrency: 4);
        var leases = new List<EndpointLease>();
        for (var i = 0; i < 9; i++)
            leases.Add(await fixture.Acquire());
        Assert.All(fixture.Pool.Endpoints, endpoint => Assert.Equal(3, endpoint.InFlight));
        var freed = leases[4];
        freed.End(CallOutcome.Served, 1);
        Assert.Equal(freed.Endpoint, (await fixture.Acquire()).Endpoint);
    }

    [Fact]
    public async Task A_tenant_that_sends_much_does_not_hold_up_one_that_sends_little()
    {
        using var fixture = new PoolFixture(servers: 1);
        var running = await fixture.Acquire(tenant: 1);
        var greedy = Enumerable.Range(0, 50).Select(_ => fixture.Acquire(tenant: 1)).ToArray();
        var modest = fixture.Acquire(tenant: 2);
        running.End(CallOutcome.Served, 1);
        var before = 0;
        for (var left = greedy.ToList(); !modest.IsCompleted; before++)
        {
            var next = await Task.WhenAny(left.Append(modest));
            left.Remove(next);
            (await next).End(CallOutcome.Served, 1);
        }

        Assert.InRange(before, 0, 2);
    }

    [Fact]
    public async Task Tenants_share_by_pages_not_by_calls()
    {
        using var fixture = new PoolFixture(servers: 1);
        var running = await fixture.Acquire(tenant: 9);
        // One sends documents of ten pages, the other images.
        var served = new Dictionary<int, int> { [1] = 0, [2] = 0 };
        var waiting = new List<(int Tenant, int Pages, Task<EndpointLease> Lease)>();
        for (var i = 0; i < 30; i++)
            waiting.Add((1, 10, fixture.Acquire(tenant: 1, pages: 10)));
        for (var i = 0; i < 300; i++)
            waiting.Add((2, 1, fixture.Acquire(tenant: 2, pages: 1)));
        running.End(CallOutcome.Served, 1);
        while (served[1] + served[2] < 200)
        {
            var lease = await Task.WhenAny(waiting.Select(each => each.Lease));
            var (tenant, pages, _) = waiting.Single(each => each.Lease == lease);
            waiting.RemoveAll(each => each.Lease == lease);
            served[tenant] += pages;
            (await lease).End(CallOutcome.Served, pages);
        }

        Assert.InRange(served[1], 90, 110);
        Assert.InRange(served[2], 90, 110);
    }

    [Fact]
    public async Task A_tenants_own_limit_lets_others_pass()
    {
        using var fixture = new PoolFixture(servers: 3);
        await fixture.Acquire(tenant: 1, most: 1);
        var held = fixture.Acquire(tenant: 1, most: 1);
        Assert.False(held.IsCompleted);
        await fixture.Acquire(tenant: 2, most: 1);
        Assert.False(held.IsCompleted);
    }

    [Fact]
    public async Task The_queue_is_bounded_in_calls_in_bytes_and_per_tenant()
    {
        using var fixture = new PoolFixture(servers: 1, maxWaiting: 5, maxPerTenant: 3, maxBytes: 100);
        var running = await fixture.Acquire();
        var waiting = new List<Task<EndpointLease>>();
        for (var i = 0; i < 3; i++)
            waiting.Add(fixture.Acquire(tenant: 1));
        await RefusedAsync(() => fixture.Acquire(tenant: 1));
        await RefusedAsync(() => fixture.Acquire(tenant: 2, bytes: 98));
        waiting.Add(fixture.Acquire(tenant: 2));
        waiting.Add(fixture.Acquire(tenant: 3));
        await RefusedAsync(() => fixture.Acquire(tenant: 4));
        Assert.Equal((5, 5), (fixture.Pool.Waiting, fixture.Pool.WaitingBytes));
        running.End(CallOutcome.Served, 1);
        Assert.Equal(4, fixture.Pool.Waiting);

        static async Task RefusedAsync(Func<Task> call)
        {
            var error = await Assert.ThrowsAsync<OcrException>(call);
            Assert.Equal((GrpcStatusCode.ResourceExhausted, OcrReasons.QueueFull, true), (error.Status, error.Reason, error.IsRetryable));
            Assert.NotNull(error.RetryAfter);
        }
    }

    [Fact]
    public async Task Whoever_waits_too_long_leaves_the_line()
    {
        using var fixture = new PoolFixture(servers: 1);
        var running = await fixture.Acquire();
        var late = fixture.Acquire(seconds: 5);
        var patient = fixture.Acquire(seconds: 50);
        fixture.Time.Advance(TimeSpan.FromSeconds(6));
        var error = await Assert.ThrowsAsync<OcrException>(() => late);
        Assert.Equal(GrpcStatusCode.DeadlineExceeded, error.Status);
        Assert.Equal(1, fixture.Pool.Waiting);
        running.End(CallOutcome.Served, 1);
        await patient;
    }

    [Fact]
    public async Task Whoever_gives_up_leaves_the_line()
    {
        using var fixture = new PoolFixture(servers: 1);
        var running = await fixture.Acquire();
        using var cancel = new CancellationTokenSource();
        var gone = fixture.Acquire(stop: cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        Assert.Equal(0, fixture.Pool.Waiting);
        running.End(CallOutcome.Served, 1);
        Assert.Equal(0, fixture.Pool.InFlight);
    }

    [Fact]
    public async Task Grants_and_departures_at_the_same_moment_lose_no_server()
    {
        using var fixture = new PoolFixture(servers: 2);
        for (var round = 0; round < 300; round++)
        {
            var held = new[] { await fixture.Acquire(), await fixture.Acquire() };
            using var cancel = new CancellationTokenSource();
            var waiting = Enumerable.Range(0, 4).Select(tenant => fixture.Acquire(tenant + 1, stop: cancel.Token)).ToArray();
            await Task.WhenAll(cancel.CancelAsync(), Task.Run(() =>
            {
                foreach (var lease in held)
                    lease.End(CallOutcome.Served, 1);
            }));
            foreach (var task in waiting)
            {
                await Task.WhenAny(task);
                if (task.IsCompletedSuccessfully)
                    (await task).End(CallOutcome.Served, 1);
            }

            Assert.Equal((0, 0), (fixture.Pool.InFlight, fixture.Pool.Waiting));
        }
    }
}
