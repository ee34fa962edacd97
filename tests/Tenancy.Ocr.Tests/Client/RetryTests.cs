using Microsoft.AspNetCore.Http;
using Tenancy.Ocr.Tests.Support;

namespace Tenancy.Ocr.Tests.Client;

/// <summary>What is sent again, where, and how often.</summary>
public sealed class RetryTests
{
    static readonly OcrDocument Image = new(Samples.Png("retry-1"));

    [Theory]
    [InlineData(14, true)]
    [InlineData(13, true)]
    [InlineData(3, false)]
    [InlineData(8, false)]
    [InlineData(9, false)]
    [InlineData(11, false)]
    [InlineData(2, false)]
    public async Task A_status_is_sent_again_elsewhere_or_not(int status, bool again)
    {
        await using var one = await OcrServer.StartAsync();
        await using var other = await OcrServer.StartAsync();
        var first = 0;
        one.Before = other.Before = (context, _) =>
        {
            if (Interlocked.Increment(ref first) > 1)
                return Task.FromResult(false);
            context.Response.TrailersOnly(status, "first");
            return Task.FromResult(true);
        };
        await using var host = OcrHost.Of(one, other);
        if (again)
        {
            Assert.Equal("retry-1", (await host.Client.ReadAsync(Image)).Text);
            Assert.Equal((1, 1), (one.Calls, other.Calls));
        }
        else
        {
            var error = await Assert.ThrowsAsync<OcrException>(() => host.Client.ReadAsync(Image));
            Assert.Equal(((GrpcStatusCode)status, 1), (error.Status, error.Attempts));
            Assert.Equal(1, one.Calls + other.Calls);
        }
    }

    [Theory]
    [InlineData("0", 2)]
    [InlineData("30", 2)]
    [InlineData("-1", 1)]
    [InlineData("soon", 1)]
    public async Task The_server_says_when(string pushback, int calls)
    {
        var first = 0;
        Func<HttpContext, int, Task<bool>> full = (context, _) =>
        {
            if (Interlocked.Increment(ref first) > 1)
                return Task.FromResult(false);
            context.Response.TrailersOnly(8, "full");
            context.Response.Headers["grpc-retry-pushback-ms"] = pushback;
            return Task.FromResult(true);
        };
        await using var one = await OcrServer.StartAsync(server => server.Before = full);
        await using var other = await OcrServer.StartAsync(server => server.Before = full);
        await using var host = OcrHost.Of(one, other);
        if (calls == 1)
            await Assert.ThrowsAsync<OcrException>(() => host.Client.ReadAsync(Image));
        else
            await host.Client.ReadAsync(Image);
        Assert.Equal(calls, one.Calls + other.Calls);
    }

    [Fact]
    public async Task A_servers_own_failure_is_tried_once_more_and_no_more()
    {
        await using var one = await OcrServer.StartAsync(server => server.Before = Always(13));
        await using var two = await OcrServer.StartAsync(server => server.Before = Always(13));
        await using var three = await OcrServer.StartAsync(server => server.Before = Always(13));
        await using var host = OcrHost.Of(one, two, three);
        var error = await Assert.ThrowsAsync<OcrException>(() => host.Client.ReadAsync(Image));
        Assert.Equal((GrpcStatusCode.Internal, 2), (error.Status, error.Attempts));
        Assert.All(new[] { one, two, three }, server => Assert.InRange(server.Calls, 0, 1));
    }

    [Fact]
    public async Task A_server_that_is_gone_costs_nothing_but_a_moment()
    {
        var gone = await OcrServer.StartAsync();
        await using var there = await OcrServer.StartAsync();
        await using var host = OcrHost.Of(gone, there);
        await gone.DisposeAsync();
        for (var i = 0; i < 4; i++)
            Assert.Equal("retry-1", (await host.Client.ReadAsync(Image)).Text);
    }

    [Fact]
    public async Task That_no_server_could_be_reached_is_said_unless_one_has_begun()
    {
        var gone = await OcrServer.StartAsync();
        await gone.DisposeAsync();
        await using (var host = OcrHost.Of(gone))
        {
            // The second time, it is left alone for a moment.
            for (var i = 0; i < 2; i++)
            {
                var error = await Assert.ThrowsAsync<OcrException>(() => host.Client.ReadAsync(Image, new OcrRequestOptions { Timeout = TimeSpan.FromSeconds(1) }));
                Assert.Equal((OcrReasons.NoServer, true), (error.Reason, error.IsRetryable));
            }
        }

        // The document may be what ended it.
        await using var dying = await OcrServer.StartAsync(server => server.Before = static (context, _) =>
        {
            context.Abort();
            return Task.FromResult(true);
        });
        await using var both = OcrHost.Of(gone, dying);
        var after = await Assert.ThrowsAsync<OcrException>(() => both.Client.ReadAsync(Image, new OcrRequestOptions { Timeout = TimeSpan.FromSeconds(2) }));
        Assert.Null(after.Reason);
        Assert.NotEqual(0, dying.Calls);
    }

    [Fact]
    public async Task Only_missing_pages_are_asked_for_again()
    {
        var failed = 0;
        await using var one = await OcrServer.StartAsync();
        await using var other = await OcrServer.StartAsync();
        one.Pages = other.Pages = 4;
        var second = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        one.BeforePage = other.BeforePage = async (context, page) =>
        {
            if (page != 3 || Interlocked.Increment(ref failed) != 1)
                return;
            // A reset overtakes what was sent before it.
            await second.Task;
            context.Reset(2);
        };
        await using var host = OcrHost.Of(one, other);
        var numbers = new List<int>();
        await foreach (var page in host.Client.ReadPagesAsync(new OcrDocument(Samples.Pdf(4, "resume-1"))))
        {
            numbers.Add(page.Number);
            if (page.Number == 2)
                second.SetResult();
        }

        Assert.Equal([1, 2, 3, 4], numbers);
        var again = one.Requests.Concat(other.Requests).Single(request => request.Pages is not null);
        Assert.Equal([3u, 4u], again.Pages.Explicit);
        Assert.Single(one.Requests.Concat(other.Requests).Select(request => request.RequestId).Distinct());
    }

    [Fact]
    public async Task A_server_that_hangs_is_left_for_another()
    {
        var hung = 0;
        Func<HttpContext, int, Task> once = (context, _) => Interlocked.Increment(ref hung) == 1
            ? Task.Delay(Timeout.Infinite, context.RequestAborted)
            : Task.CompletedTask;
        await using var one = await OcrServer.StartAsync(server => server.BeforePage = once);
        await using var other = await OcrServer.StartAsync(server => server.BeforePage = once);
        await using var host = new OcrHost(options =>
        {
            OcrHost.Add(options, one, other);
            options.PageTimeout = TimeSpan.FromMilliseconds(500);
        });
        Assert.Equal("retry-1", (await host.Client.ReadAsync(Image)).Text);
        Assert.Equal((1, 1), (one.Calls, other.Calls));
    }

    [Fact]
    public async Task The_documents_own_time_ends_it_all()
    {
        await using var server = await OcrServer.StartAsync(server => server.BeforePage = (context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await using var host = OcrHost.Of(server);
        var error = await Assert.ThrowsAsync<OcrException>(() => host.Client.ReadAsync(Image, new OcrRequestOptions { Timeout = TimeSpan.FromMilliseconds(300) }));
        Assert.Equal(GrpcStatusCode.DeadlineExceeded, error.Status);
        Assert.Equal(0, host.Pool().InFlight);
    }

    [Fact]
    public async Task A_tenant_in_a_hurry_does_not_make_servers_look_bad()
    {
        await using var one = await OcrServer.StartAsync(server => server.BeforePage = (_, _) => Task.Delay(300));
        await using var other = await OcrServer.StartAsync(server => server.BeforePage = (_, _) => Task.Delay(300));
        await using var host = OcrHost.Of(one, other);
        for (var i = 0; i < 2 * OutlierDetector.MostConsecutive; i++)
            await Assert.ThrowsAsync<OcrException>(() => host.Client.ReadAsync(Image, new OcrRequestOptions { Timeout = TimeSpan.FromMilliseconds(20) }));
        Assert.All(host.Pool().Endpoints, endpoint => Assert.Equal(default, endpoint.Outlier.EjectedUntil));
        Assert.Equal("retry-1", (await host.Client.ReadAsync(Image)).Text);
    }

    [Fact]
    public async Task A_server_that_hangs_is_ejected()
    {
        await using var hung = await OcrServer.StartAsync(server => server.BeforePage = (context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await using var well = await OcrServer.StartAsync();
        await using var host = new OcrHost(options =>
        {
            OcrHost.Add(options, hung, well);
            options.PageTimeout = TimeSpan.FromMilliseconds(100);
        });
        for (var i = 0; i < 30; i++)
            Assert.Equal("retry-1", (await host.Client.ReadAsync(Image)).Text);
        Assert.Equal(OutlierDetector.MostConsecutive, hung.Calls);
        var servers = Assert.Single(host.Diagnostics.Snapshot()).Servers;
        Assert.True(servers[0].LeftAloneUntil > DateTimeOffset.UtcNow);
        Assert.Null(servers[1].LeftAloneUntil);
        Assert.All(servers, server => Assert.Equal((true, 0, 0), (server.IsServing, server.InFlight, server.Abandoned)));
    }

    [Fact]
    public async Task The_callers_token_ends_it_as_a_cancellation()
    {
        await using var server = await OcrServer.StartAsync(server => server.BeforePage = (context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await using var host = OcrHost.Of(server);
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => host.Client.ReadAsync(Image, cancellationToken: cancel.Token));
        Assert.Equal(cancel.Token, error.CancellationToken);
        Assert.Equal(0, host.Pool().InFlight);
    }

    [Fact]
    public async Task A_pool_that_fails_throughout_is_not_asked_three_times_as_often()
    {
        await using var one = await OcrServer.StartAsync(server => server.Before = Always(14));
        await using var other = await OcrServer.StartAsync(server => server.Before = Always(14));
        await using var third = await OcrServer.StartAsync(server => server.Before = Always(14));
        await using var host = OcrHost.Of(one, other, third);
        for (var i = 0; i < 9; i++)
            await Assert.ThrowsAsync<OcrException>(() => host.Client.ReadAsync(Image, new OcrRequestOptions { Timeout = TimeSpan.FromSeconds(2) }));
        // Five tokens are spent on repeats; from then on each document is one call.
        Assert.InRange(one.Calls + other.Calls + third.Calls, 9, 15);
    }

    static Func<HttpContext, int, Task<bool>> Always(int status) => (context, _) =>
    {
        context.Response.TrailersOnly(status, "always");
        return Task.FromResult(true);
    };
}
