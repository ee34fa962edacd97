using System.Threading.Channels;
using Google.Protobuf;
using Tenancy.Transport;

namespace Tenancy.Ocr.Tests.Interop;

/// <summary>The cases of gRPC's interop-test-descriptions.md that apply to a client without credentials of Google's.</summary>
public abstract class InteropCases(PeerFixture peer)
{
    static readonly int[] Sent = [27182, 8, 1828, 45904];
    static readonly int[] Asked = [31415, 9, 2653, 58979];

    IGrpcChannel Channel => peer.Channel;

    protected async Task EmptyUnary() =>
        Assert.Equal(new Empty(), await Channel.CallAsync(TestService.EmptyCall, new Empty(), Within(10), default));

    protected async Task LargeUnary()
    {
        var response = await Channel.CallAsync(TestService.UnaryCall, Large(), Within(10), default);
        Assert.Equal(new byte[314159], response.Payload.Body.ToByteArray());
    }

    protected async Task ClientStreaming()
    {
        var requests = Sent.Select(size => new StreamingInputCallRequest { Payload = Zeros(size) }).ToAsyncEnumerable();
        var response = await Channel.CallAsync(
            TestService.StreamingInputCall, GrpcRequest<StreamingInputCallRequest>.Stream(requests), Within(10), default);
        Assert.Equal(74922, response.AggregatedPayloadSize);
    }

    protected async Task ServerStreaming()
    {
        var request = new StreamingOutputCallRequest();
        request.ResponseParameters.AddRange(Asked.Select(size => new ResponseParameters { Size = size }));
        using var call = await Channel.StartAsync(TestService.StreamingOutputCall, request, Within(10), default);
        Assert.Equal(Asked, await call.ReadAllAsync().Select(response => response.Payload.Body.Length).ToListAsync());
    }

    protected async Task PingPong()
    {
        var requests = Pipe<StreamingOutputCallRequest>();
        requests.Writer.TryWrite(Ping(0));
        using var call = await Duplex(requests);
        await using var responses = call.ReadAllAsync().GetAsyncEnumerator();
        for (var i = 0; i < Asked.Length; i++)
        {
            Assert.True(await responses.MoveNextAsync());
            Assert.Equal(Asked[i], responses.Current.Payload.Body.Length);
            if (i + 1 < Asked.Length)
                requests.Writer.TryWrite(Ping(i + 1));
            else
                requests.Writer.Complete();
        }

        Assert.False(await responses.MoveNextAsync());
    }

    protected async Task EmptyStream()
    {
        var requests = Pipe<StreamingOutputCallRequest>();
        requests.Writer.Complete();
        using var call = await Duplex(requests);
        Assert.Empty(await call.ReadAllAsync().ToListAsync());
    }

    protected async Task CustomMetadata()
    {
        var options = Within(10) with
        {
            Metadata = GrpcMetadata.Empty.With("x-grpc-test-echo-initial", "test_initial_metadata_value")
                .With("x-grpc-test-echo-trailing-bin", new byte[] { 0xab, 0xab, 0xab }),
        };
        using var unary = await Channel.StartAsync(TestService.UnaryCall, Large(), options, default);
        Assert.Equal(314159, (await unary.SingleAsync()).Payload.Body.Length);
        CheckEcho(unary);

        var requests = Pipe<StreamingOutputCallRequest>();
        requests.Writer.TryWrite(Ping(0));
        requests.Writer.Complete();
        using var duplex = await Duplex(requests, options);
        Assert.Single(await duplex.ReadAllAsync().ToListAsync());
        CheckEcho(duplex);
    }

    protected Task StatusCodeAndMessage() => Status("test status message");

    protected Task SpecialStatusMessage() => Status("\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n");

    protected async Task Unimplemented()
    {
        var method = await Assert.ThrowsAsync<GrpcException>(() => Channel.CallAsync(TestService.UnimplementedCall, new Empty(), Within(10), default));
        Assert.Equal(GrpcStatusCode.Unimplemented, method.Code);
        var service = await Assert.ThrowsAsync<GrpcException>(() => Channel.CallAsync(TestService.UnimplementedService, new Empty(), Within(10), default));
        Assert.Equal(GrpcStatusCode.Unimplemented, service.Code);
    }

    protected async Task CancelAfterBegin()
    {
        using var cancel = new CancellationTokenSource();
        var requests = Pipe<StreamingInputCallRequest>();
        var call = Channel.CallAsync(
            TestService.StreamingInputCall, GrpcRequest<StreamingInputCallRequest>.Stream(requests.Reader.ReadAllAsync()), Within(10), cancel.Token);
        await cancel.CancelAsync();
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(cancel.Token, error.CancellationToken);
    }

    protected async Task CancelAfterFirstResponse()
    {
        using var cancel = new CancellationTokenSource();
        var requests = Pipe<StreamingOutputCallRequest>();
        requests.Writer.TryWrite(Ping(0));
        using var call = await Duplex(requests, cancellationToken: cancel.Token);
        await using var responses = call.ReadAllAsync().GetAsyncEnumerator();
        Assert.True(await responses.MoveNextAsync());
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await responses.MoveNextAsync());
    }

    protected async Task TimeoutOnSleepingServer()
    {
        var requests = Pipe<StreamingOutputCallRequest>();
        requests.Writer.TryWrite(new StreamingOutputCallRequest { Payload = Zeros(27182) });
        var error = await Assert.ThrowsAsync<GrpcException>(async () =>
        {
            using var call = await Duplex(requests, new GrpcCallOptions { Timeout = TimeSpan.FromMilliseconds(1) });
            await call.ReadAllAsync().ToListAsync();
        });
        Assert.Equal(GrpcStatusCode.DeadlineExceeded, error.Code);
    }

    protected async Task ClientCompressedUnary()
    {
        var compressed = Within(10) with { Compress = _ => true };
        Assert.Equal(314159, (await Channel.CallAsync(TestService.UnaryCall, Large(), compressed, default)).Payload.Body.Length);
        var not = Within(10) with { Compress = _ => false };
        Assert.Equal(314159, (await Channel.CallAsync(TestService.UnaryCall, Large(), not, default)).Payload.Body.Length);
    }

    protected async Task ClientCompressedStreaming()
    {
        var requests = new[] { 27182, 45904 }.Select(size => new StreamingInputCallRequest { Payload = Zeros(size) }).ToAsyncEnumerable();
        var first = true;
        var options = Within(10) with { Compress = _ => first && !(first = false) };
        var response = await Channel.CallAsync(
            TestService.StreamingInputCall, GrpcRequest<StreamingInputCallRequest>.Stream(requests), options, default);
        Assert.Equal(73086, response.AggregatedPayloadSize);
    }

    protected async Task ServerCompressedUnary()
    {
        var request = Large();
        request.ResponseCompressed = new BoolValue { Value = true };
        using var call = await Channel.StartAsync(TestService.UnaryCall, request, Within(10), default);
        Assert.Equal("gzip", call.Headers.Text("grpc-encoding"));
        Assert.Equal(314159, (await call.SingleAsync()).Payload.Body.Length);
    }

    protected async Task ServerCompressedStreaming()
    {
        var request = new StreamingOutputCallRequest();
        request.ResponseParameters.Add(new ResponseParameters { Size = 31415, Compressed = new BoolValue { Value = true } });
        request.ResponseParameters.Add(new ResponseParameters { Size = 92653, Compressed = new BoolValue { Value = false } });
        using var call = await Channel.StartAsync(TestService.StreamingOutputCall, request, Within(10), default);
        Assert.Equal("gzip", call.Headers.Text("grpc-encoding"));
        Assert.Equal([31415, 92653], await call.ReadAllAsync().Select(response => response.Payload.Body.Length).ToListAsync());
    }

    static void CheckEcho<T>(IGrpcCall<T> call)
    {
        Assert.Equal("test_initial_metadata_value", call.Headers.Text("x-grpc-test-echo-initial"));
        Assert.Equal([0xab, 0xab, 0xab], call.Trailers.Binary("x-grpc-test-echo-trailing-bin").Single());
    }

    async Task Status(string message)
    {
        var status = new EchoStatus { Code = 2, Message = message };
        var unary = await Assert.ThrowsAsync<GrpcException>(() => Channel.CallAsync(
            TestService.UnaryCall, new SimpleRequest { ResponseStatus = status }, Within(10), default));
        Assert.Equal((GrpcStatusCode.Unknown, message), (unary.Code, unary.Detail));

        var requests = Pipe<StreamingOutputCallRequest>();
        requests.Writer.TryWrite(new StreamingOutputCallRequest { ResponseStatus = status });
        requests.Writer.Complete();
        var duplex = await Assert.ThrowsAsync<GrpcException>(async () =>
        {
            using var call = await Duplex(requests);
            await call.ReadAllAsync().ToListAsync();
        });
        Assert.Equal((GrpcStatusCode.Unknown, message), (duplex.Code, duplex.Detail));
    }

    Task<IGrpcCall<StreamingOutputCallResponse>> Duplex(
        Channel<StreamingOutputCallRequest> requests, GrpcCallOptions? options = null, CancellationToken cancellationToken = default) =>
        Channel.StartAsync(TestService.FullDuplexCall,
            GrpcRequest<StreamingOutputCallRequest>.Stream(requests.Reader.ReadAllAsync(CancellationToken.None)), options ?? Within(10), cancellationToken);

    static Channel<T> Pipe<T>() => System.Threading.Channels.Channel.CreateUnbounded<T>();

    static StreamingOutputCallRequest Ping(int index)
    {
        var request = new StreamingOutputCallRequest { Payload = Zeros(Sent[index]) };
        request.ResponseParameters.Add(new ResponseParameters { Size = Asked[index] });
        return request;
    }

    static SimpleRequest Large() => new() { ResponseSize = 314159, Payload = Zeros(271828) };

    static Payload Zeros(int size) => new() { Body = ByteString.CopyFrom(new byte[size]) };

    static GrpcCallOptions Within(int seconds) => new() { Timeout = TimeSpan.FromSeconds(seconds) };
}
