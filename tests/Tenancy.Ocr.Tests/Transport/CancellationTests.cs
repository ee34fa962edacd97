using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Google.Protobuf;
using Tenancy.Ocr.Tests.Interop;
using Tenancy.Ocr.Tests.Support;
using Tenancy.Transport;
using static Tenancy.Ocr.Tests.Support.GrpcAnswers;

namespace Tenancy.Ocr.Tests.Transport;

/// <summary>Deadlines, and that a cancelled call is cancelled on the server.</summary>
public sealed class CancellationTests
{
    [Fact]
    public async Task Before_the_headers()
    {
        await using var hung = await Hung.StartAsync(headers: false);
        using var cancel = new CancellationTokenSource();
        var call = hung.Channel.CallAsync(TestService.EmptyCall, new Empty(), GrpcCallOptions.Default, cancel.Token);
        await hung.Reached;
        await cancel.CancelAsync();
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(cancel.Token, error.CancellationToken);
        await hung.Cancelled;
    }

    [Fact]
    public async Task While_messages_are_read()
    {
        await using var hung = await Hung.StartAsync(headers: true);
        using var cancel = new CancellationTokenSource();
        using var call = await hung.Channel.StartAsync(TestService.EmptyCall, new Empty(), GrpcCallOptions.Default, cancel.Token);
        await using var messages = call.ReadAllAsync().GetAsyncEnumerator();
        Assert.True(await messages.MoveNextAsync());
        var next = messages.MoveNextAsync();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
        await hung.Cancelled;
    }

    [Fact]
    public async Task A_loop_that_is_left_early_resets_the_stream()
    {
        await using var hung = await Hung.StartAsync(headers: true);
        using var call = await hung.Channel.StartAsync(TestService.EmptyCall, new Empty(), GrpcCallOptions.Default, default);
        await foreach (var _ in call.ReadAllAsync())
            break;
        await hung.Cancelled;
    }

    [Fact]
    public async Task A_call_that_is_disposed_unread_resets_the_stream()
    {
        await using var hung = await Hung.StartAsync(headers: true);
        (await hung.Channel.StartAsync(TestService.EmptyCall, new Empty(), GrpcCallOptions.Default, default)).Dispose();
        await hung.Cancelled;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_deadline_ends_it_on_both_sides(bool headers)
    {
        await using var hung = await Hung.StartAsync(headers);
        var options = new GrpcCallOptions { Timeout = TimeSpan.FromMilliseconds(300) };
        var error = await Assert.ThrowsAsync<GrpcException>(() => hung.Channel.CallAsync(TestService.EmptyCall, new Empty(), options, default));
        Assert.Equal((GrpcStatusCode.DeadlineExceeded, GrpcFailure.Deadline), (error.Code, error.Failure));
        await hung.Cancelled;
        Assert.Equal("30000000n", hung.Timeout?.Replace("300000u", "30000000n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_deadline_that_is_over_sends_nothing()
    {
        await using var hung = await Hung.StartAsync(headers: false);
        var options = new GrpcCallOptions { Timeout = TimeSpan.Zero };
        var error = await Assert.ThrowsAsync<GrpcException>(() => hung.Channel.CallAsync(TestService.EmptyCall, new Empty(), options, default));
        Assert.Equal(GrpcStatusCode.DeadlineExceeded, error.Code);
        Assert.False(hung.Reached.IsCompleted);
    }

    [Fact]
    public async Task What_the_callers_stream_throws_reaches_the_caller()
    {
        await using var hung = await Hung.StartAsync(headers: false);
        var error = await Assert.ThrowsAsync<FormatException>(() => hung.Channel.CallAsync(
            TestService.StreamingInputCall, GrpcRequest<StreamingInputCallRequest>.Stream(Broken()), GrpcCallOptions.Default, default));
        Assert.Equal("of the caller", error.Message);

        static async IAsyncEnumerable<StreamingInputCallRequest> Broken()
        {
            yield return new StreamingInputCallRequest();
            await Task.Yield();
            throw new FormatException("of the caller");
        }
    }

    [Fact]
    public async Task A_request_that_a_server_refuses_is_repeated_whole()
    {
        // The handler itself repeats it: the message must still be there.
        var sizes = new List<int>();
        await using var server = await HttpServer.StartAsync(async context =>
        {
            var request = await context.Request.ReadMessageAsync(SimpleRequest.Parser);
            sizes.Add(request.Payload.Body.Length);
            if (sizes.Count < 3)
            {
                context.Reset(7);
                return;
            }

            context.Response.Begin();
            await context.Response.SendAsync(new SimpleResponse());
            context.Response.End();
        });
        using var channel = new HttpGrpcChannel(new GrpcChannelOptions { Address = server.Address });
        var large = new SimpleRequest { Payload = new Payload { Body = ByteString.CopyFrom(new byte[100_000]) } };
        await channel.CallAsync(TestService.UnaryCall, large, new GrpcCallOptions { Timeout = TimeSpan.FromSeconds(20) }, default);
        Assert.Equal([100_000, 100_000, 100_000], sizes);
    }

    [Fact]
    public async Task A_stream_that_a_server_refuses_is_not_repeated_in_part()
    {
        await using var server = await HttpServer.StartAsync(async context =>
        {
            await context.Request.ReadFrameAsync();
            context.Reset(7);
        });
        // Often, since whether the reset or the end of the request shows first is a race; on a connection each, since Kestrel
        // ends one with many resets.
        for (var i = 0; i < 100; i++)
        {
            using var channel = new HttpGrpcChannel(new GrpcChannelOptions { Address = server.Address });
            var requests = Channel.CreateUnbounded<StreamingInputCallRequest>();
            requests.Writer.TryWrite(new StreamingInputCallRequest());
            var error = await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(
                TestService.StreamingInputCall, GrpcRequest<StreamingInputCallRequest>.Stream(requests.Reader.ReadAllAsync()),
                new GrpcCallOptions { Timeout = TimeSpan.FromSeconds(20) }, default));
            Assert.Equal((GrpcStatusCode.Unavailable, GrpcFailure.Broken), (error.Code, error.Failure));
        }
    }

    [Fact]
    public async Task A_callers_stream_that_is_cancelled_by_itself_says_so()
    {
        await using var hung = await Hung.StartAsync(headers: false);
        using var own = new CancellationTokenSource();
        var requests = Channel.CreateUnbounded<StreamingInputCallRequest>();
        requests.Writer.TryWrite(new StreamingInputCallRequest());
        var call = hung.Channel.CallAsync(
            TestService.StreamingInputCall, GrpcRequest<StreamingInputCallRequest>.Stream(requests.Reader.ReadAllAsync(own.Token)),
            new GrpcCallOptions { Timeout = TimeSpan.FromSeconds(20) }, default);
        await hung.Reached;
        await own.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await hung.Cancelled;
    }

    [Fact]
    public async Task A_callers_stream_that_ends_in_its_own_words_when_the_server_resets_is_not_blamed()
    {
        await using var server = await HttpServer.StartAsync(async context =>
        {
            await context.Request.ReadFrameAsync();
            context.Reset(2);
        });
        for (var i = 0; i < 50; i++)
        {
            using var channel = new HttpGrpcChannel(new GrpcChannelOptions { Address = server.Address });
            var error = await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(
                TestService.StreamingInputCall, GrpcRequest<StreamingInputCallRequest>.Stream(Rewording()),
                new GrpcCallOptions { Timeout = TimeSpan.FromSeconds(20) }, default));
            Assert.Equal(GrpcFailure.Broken, error.Failure);
        }

        static async IAsyncEnumerable<StreamingInputCallRequest> Rewording([EnumeratorCancellation] CancellationToken ct = default)
        {
            yield return new StreamingInputCallRequest();
            try
            {
                await Task.Delay(Timeout.Infinite, ct);
            }
            catch (OperationCanceledException)
            {
                throw new FormatException("of the caller");
            }
        }
    }

    [Fact]
    public async Task A_refusal_while_much_is_being_sent_still_arrives()
    {
        await using var server = await HttpServer.StartAsync(context =>
        {
            context.Response.TrailersOnly(8, "too large");
            return Task.CompletedTask;
        });
        using var channel = new HttpGrpcChannel(new GrpcChannelOptions { Address = server.Address });
        var large = new SimpleRequest { Payload = new Payload { Body = ByteString.CopyFrom(new byte[30_000_000]) } };
        var error = await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(
            TestService.UnaryCall, large, new GrpcCallOptions { Timeout = TimeSpan.FromSeconds(20) }, default));
        Assert.Equal((GrpcStatusCode.ResourceExhausted, "too large"), (error.Code, error.Detail));
    }

    sealed class Hung : IAsyncDisposable
    {
        readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        HttpServer _server = null!;

        public HttpGrpcChannel Channel { get; private set; } = null!;

        public string? Timeout { get; private set; }

        public Task Reached => _reached.Task;

        public Task Cancelled => _cancelled.Task.WaitAsync(TimeSpan.FromSeconds(20));

        public static async Task<Hung> StartAsync(bool headers)
        {
            var hung = new Hung();
            hung._server = await HttpServer.StartAsync(async context =>
            {
                hung.Timeout = context.Request.Headers["grpc-timeout"];
                context.RequestAborted.Register(hung._cancelled.SetResult);
                if (headers)
                {
                    context.Response.Begin();
                    await context.Response.SendAsync(Frame([]));
                }

                hung._reached.SetResult();
                await hung._cancelled.Task;
            });
            hung.Channel = new HttpGrpcChannel(new GrpcChannelOptions { Address = hung._server.Address });
            return hung;
        }

        public async ValueTask DisposeAsync()
        {
            Channel.Dispose();
            _cancelled.TrySetResult();
            await _server.DisposeAsync();
        }
    }
}
