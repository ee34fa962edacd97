using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Tenancy.Ocr.Health.V1;
using Tenancy.Ocr.Tests.Support;

namespace Tenancy.Ocr.Tests.Balancing;

/// <summary>Which servers get no calls, for how long, and how they come back.</summary>
public sealed class HealthTests
{
    [Fact]
    public async Task Five_failures_in_a_row_eject_a_server_for_30_seconds()
    {
        using var fixture = new PoolFixture(servers: 2);
        await FailAsync(fixture, 1, OutlierDetector.MostConsecutive);
        for (var i = 0; i < 10; i++)
            Assert.Equal("server-2:1", (await fixture.Call(CallOutcome.Served)).Name);
        fixture.Time.Advance(TimeSpan.FromSeconds(31));
        Assert.Contains("server-1:1", await BothAsync(fixture));
    }

    [Fact]
    public async Task Four_failures_do_not()
    {
        using var fixture = new PoolFixture(servers: 2);
        await FailAsync(fixture, 1, OutlierDetector.MostConsecutive - 1);
        Assert.Contains("server-1:1", await BothAsync(fixture));
    }

    [Theory]
    [InlineData(nameof(CallOutcome.Rejected))]
    [InlineData(nameof(CallOutcome.Abandoned))]
    [InlineData(nameof(CallOutcome.Unused))]
    public async Task What_says_nothing_of_a_server_does_not(string outcome)
    {
        using var fixture = new PoolFixture(servers: 2);
        await FailAsync(fixture, 1, 50, Enum.Parse<CallOutcome>(outcome));
        Assert.Contains("server-1:1", await BothAsync(fixture));
    }

    [Fact]
    public async Task A_second_ejection_lasts_longer_and_five_minutes_at_most()
    {
        using var fixture = new PoolFixture(servers: 2);
        var lasted = new List<double>();
        for (var i = 0; i < 12; i++)
        {
            await FailAsync(fixture, 1, OutlierDetector.MostConsecutive);
            lasted.Add((fixture.Server(1).Outlier.EjectedUntil - fixture.Time.GetUtcNow()).TotalSeconds);
            fixture.Time.Advance(fixture.Server(1).Outlier.EjectedUntil - fixture.Time.GetUtcNow());
        }

        Assert.Equal([30, 60, 90], lasted[..3]);
        Assert.Equal(300, lasted[^1]);
    }

    [Fact]
    public async Task At_most_half_of_the_servers_are_ejected()
    {
        using var fixture = new PoolFixture(servers: 3);
        for (var i = 1; i <= 3; i++)
            await FailAsync(fixture, i, 20);
        Assert.Single(fixture.Pool.Endpoints, endpoint => endpoint.Outlier.EjectedUntil > fixture.Time.GetUtcNow());
    }

    [Fact]
    public async Task A_server_that_fails_more_than_the_others_is_ejected_though_never_five_times_in_a_row()
    {
        using var fixture = new PoolFixture(servers: 4);
        for (var i = 0; i < 400; i++)
        {
            var lease = await fixture.Acquire();
            lease.End(lease.Endpoint.Name == "server-3:1" && i % 3 != 0 ? CallOutcome.Failed : CallOutcome.Served, 1);
            fixture.Time.Advance(TimeSpan.FromMilliseconds(60));
        }

        Assert.True(fixture.Server(3).Outlier.EjectedUntil > DateTimeOffset.MinValue);
        Assert.All(new[] { 1, 2, 4 }, number => Assert.Equal(default, fixture.Server(number).Outlier.EjectedUntil));
    }

    [Fact]
    public async Task A_server_that_came_back_starts_slowly()
    {
        using var fixture = new PoolFixture(servers: 2, concurrency: 10);
        await FailAsync(fixture, 1, OutlierDetector.MostConsecutive);
        fixture.Time.Advance(TimeSpan.FromSeconds(31));
        var first = await TakeAsync(fixture, 11);
        fixture.Time.Advance(OutlierState.SlowStart);
        var later = await TakeAsync(fixture, 10);
        Assert.True(first < 3, $"It got {first} of 11 at once.");
        Assert.True(later >= 5, $"It got {later} of 10 afterwards.");
    }

    [Fact]
    public async Task A_server_that_cannot_be_reached_is_left_alone_for_longer_and_longer()
    {
        using var fixture = new PoolFixture(servers: 1);
        var pauses = new List<double>();
        for (var i = 0; i < 12; i++)
        {
            await fixture.Call(CallOutcome.Unreachable);
            var waits = fixture.Acquire();
            Assert.False(waits.IsCompleted);
            pauses.Add((fixture.Server(1).Backoff.Until - fixture.Time.GetUtcNow()).TotalMilliseconds);
            // A timer of the pool looks again by itself.
            fixture.Time.Advance(TimeSpan.FromMilliseconds(pauses[^1] + 2));
            (await waits).End(CallOutcome.Unused, 0);
        }

        Assert.InRange(pauses[0], 80, 120);
        Assert.InRange(pauses[3], 640, 960);
        Assert.InRange(pauses[^1], 8_000, 12_000);
    }

    [Fact]
    public async Task A_server_that_cannot_cancel_keeps_its_slot_for_as_long_as_it_will_take()
    {
        using var fixture = new PoolFixture(servers: 1, cancels: false);
        for (var i = 0; i < 30; i++)
            await fixture.Call(CallOutcome.Served, takes: 10);
        var abandoned = await fixture.Acquire();
        fixture.Time.Advance(TimeSpan.FromSeconds(2));
        abandoned.End(CallOutcome.Abandoned, 0);
        var next = fixture.Acquire();
        Assert.Equal((1, 1), (fixture.Server(1).InFlight, fixture.Server(1).Zombies));
        fixture.Time.Advance(TimeSpan.FromSeconds(7.9));
        Assert.False(next.IsCompleted);
        fixture.Time.Advance(TimeSpan.FromSeconds(0.2));
        await next;
        Assert.Equal((1, 0), (fixture.Server(1).InFlight, fixture.Server(1).Zombies));
    }

    [Fact]
    public async Task A_server_that_can_cancel_does_not()
    {
        using var fixture = new PoolFixture(servers: 1);
        (await fixture.Acquire()).End(CallOutcome.Abandoned, 0);
        Assert.True(fixture.Acquire().IsCompleted);
    }

    [Fact]
    public async Task Servers_come_and_go_and_calls_end_where_they_began()
    {
        using var fixture = new PoolFixture(servers: 2);
        var (one, two) = (await fixture.Acquire(), await fixture.Acquire());
        var waits = fixture.Acquire();
        fixture.Serve(2, 3);
        Assert.Equal("server-3:1", (await waits).Endpoint.Name);
        Assert.Equal(1, (one.Endpoint.Name == "server-1:1" ? one : two).Endpoint.InFlight);
        one.End(CallOutcome.Served, 1);
        two.End(CallOutcome.Served, 1);
        Assert.Equal("server-2:1", (await fixture.Acquire()).Endpoint.Name);
    }

    [Fact]
    public async Task Health_is_followed_and_a_server_without_it_serves()
    {
        var say = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var ill = await OcrServer.StartAsync(server => server.Health = async context =>
        {
            await OcrServer.SayHealthAsync(context, HealthCheckResponse.Types.ServingStatus.NotServing);
            await say.Task;
            await OcrServer.SayHealthAsync(context, HealthCheckResponse.Types.ServingStatus.Serving);
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        await using var silent = await OcrServer.StartAsync();
        await using var host = OcrHost.Of(ill, silent);
        var image = new OcrDocument(Samples.Png("t"));
        await host.Client.ReadAsync(image);
        await UntilAsync(() => !host.Pool().Endpoints[0].IsServing);
        var before = ill.Calls;
        for (var i = 0; i < 4; i++)
            await host.Client.ReadAsync(image);
        Assert.Equal(before, ill.Calls);
        Assert.True(silent.Calls >= 4);
        say.SetResult();
        await UntilAsync(() => host.Pool().Endpoints[0].IsServing);
    }

    [Fact]
    public async Task A_name_stands_for_all_its_addresses_and_keeps_them_when_it_cannot_be_resolved()
    {
        var uri = new Uri("http://ocr.test:8500");
        IPAddress[]? answer = [IPAddress.Loopback, IPAddress.Parse("127.0.0.2")];
        var book = new AddressBook("p", [uri], new OcrPoolOptions { ResolveNames = true }, TimeProvider.System, NullLogger.Instance,
            (_, _) => answer is null ? throw new SocketException() : Task.FromResult(answer));
        Assert.Equal(["127.0.0.1:8500", "127.0.0.2:8500"], (await book.ResolveAsync(default)).Select(address => address.Pinned?.ToString()));
        answer = null;
        Assert.Equal(2, (await book.ResolveAsync(default)).Count);
        answer = [IPAddress.Parse("127.0.0.3")];
        Assert.Equal("127.0.0.3:8500", Assert.Single(await book.ResolveAsync(default)).Pinned?.ToString());
    }

    static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition())
            await Task.Delay(10, patience.Token);
    }

    static async Task FailAsync(PoolFixture fixture, int server, int times, CallOutcome outcome = CallOutcome.Failed)
    {
        var others = fixture.Pool.Endpoints.Where(endpoint => endpoint != fixture.Server(server)).ToArray();
        for (var i = 0; i < times; i++)
        {
            var lease = await fixture.Acquire(avoid: others);
            if (lease.Endpoint != fixture.Server(server))
            {
                lease.End(CallOutcome.Unused, 0);
                return;
            }

            lease.End(outcome, 1);
        }
    }

    static async Task<HashSet<string>> BothAsync(PoolFixture fixture)
    {
        var (one, two) = (await fixture.Acquire(), await fixture.Acquire());
        one.End(CallOutcome.Served, 1);
        two.End(CallOutcome.Served, 1);
        return [one.Endpoint.Name, two.Endpoint.Name];
    }

    static async Task<int> TakeAsync(PoolFixture fixture, int calls)
    {
        var leases = new List<EndpointLease>();
        for (var i = 0; i < calls; i++)
            leases.Add(await fixture.Acquire());
        foreach (var lease in leases)
            lease.End(CallOutcome.Served, 1);
        return leases.Count(lease => lease.Endpoint.Name == "server-1:1");
    }
}
