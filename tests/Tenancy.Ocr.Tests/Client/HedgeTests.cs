using Microsoft.AspNetCore.Http;
using Tenancy.Ocr.Tests.Support;

namespace Tenancy.Ocr.Tests.Client;

/// <summary>A second server for the same image.</summary>
public sealed class HedgeTests
{
    static readonly OcrDocument Image = new(Samples.Png("hedge-1"));

    [Fact]
    public async Task The_second_answers_and_the_first_is_cancelled()
    {
        var calls = 0;
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Func<HttpContext, int, Task> firstHangs = async (context, _) =>
        {
            if (Interlocked.Increment(ref calls) > 1)
                return;
            context.RequestAborted.Register(cancelled.SetResult);
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        await using var one = await OcrServer.StartAsync(server => server.BeforePage = firstHangs);
        await using var other = await OcrServer.StartAsync(server => server.BeforePage = firstHangs);
        await using var host = Host(one, other);
        Assert.Equal("hedge-1", Assert.Single((await host.Client.ReadAsync(Image)).Pages).Text);
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal((1, 1), (one.Calls, other.Calls));
        // The one that lost is not blamed.
        Assert.All(host.Pool().Endpoints, endpoint => Assert.Equal((0, 0), (endpoint.InFlight, endpoint.Outlier.Failures)));
    }

    [Fact]
    public async Task The_first_answers_though_a_second_was_asked()
    {
        var calls = 0;
        Func<HttpContext, int, Task> secondHangs = (context, _) => Interlocked.Increment(ref calls) == 1
            ? Task.Delay(400)
            : Task.Delay(Timeout.Infinite, context.RequestAborted);
        await using var one = await OcrServer.StartAsync(server => server.BeforePage = secondHangs);
        await using var other = await OcrServer.StartAsync(server => server.BeforePage = secondHangs);
        await using var host = Host(one, other);
        Assert.Equal("hedge-1", (await host.Client.ReadAsync(Image)).Text);
        Assert.Equal(0, host.Pool().InFlight);
    }

    [Fact]
    public async Task A_second_that_fails_does_not_end_it()
    {
        var calls = 0;
        Func<HttpContext, int, Task<bool>> secondFails = async (context, _) =>
        {
            if (Interlocked.Increment(ref calls) == 1)
            {
                await Task.Delay(400);
                return false;
            }

            context.Response.TrailersOnly(14, "second");
            return true;
        };
        await using var one = await OcrServer.StartAsync(server => server.Before = secondFails);
        await using var other = await OcrServer.StartAsync(server => server.Before = secondFails);
        await using var host = Host(one, other);
        Assert.Equal("hedge-1", (await host.Client.ReadAsync(Image)).Text);
        Assert.Equal(2, one.Calls + other.Calls);
    }

    [Fact]
    public async Task One_in_twenty_at_most()
    {
        await using var one = await OcrServer.StartAsync(server => server.BeforePage = (_, _) => Task.Delay(40));
        await using var other = await OcrServer.StartAsync(server => server.BeforePage = (_, _) => Task.Delay(40));
        await using var host = Host(one, other);
        for (var i = 0; i < 40; i++)
            await host.Client.ReadAsync(Image);
        // One to begin with, and two earned.
        Assert.InRange(one.Calls + other.Calls, 40, 43);
    }

    static OcrHost Host(params OcrServer[] servers) => new(options =>
    {
        OcrHost.Add(options, servers);
        options.HedgeAfter = TimeSpan.FromMilliseconds(10);
    });
}
