using System.Net;
using Google.Protobuf;

namespace Tenancy.Transport;

/// <summary>gRPC over HTTP/2, on the framework's own handler.</summary>
internal sealed class HttpGrpcChannel : IGrpcChannel
{
    static readonly string UserAgent = $"tenancy-grpc-dotnet/{typeof(HttpGrpcChannel).Assembly.GetName().Version?.ToString(3)}";

    readonly GrpcChannelOptions _options;
    readonly HandlerTurn _handlers;

    public HttpGrpcChannel(GrpcChannelOptions options)
    {
        _options = options;
        _handlers = new HandlerTurn(() => GrpcHandler.Create(options));
    }

    public void Rotate() => _handlers.Rotate();

    public async Task<IGrpcCall<TResponse>> StartAsync<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, GrpcRequest<TRequest> request, GrpcCallOptions options, CancellationToken cancellationToken)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (request.Message?.CalculateSize() > _options.MaxSendBytes)
        {
            throw new GrpcException(GrpcStatusCode.OutOfRange,
                $"The message has {request.Message.CalculateSize():N0} bytes; {_options.MaxSendBytes:N0} are sent at most.", GrpcFailure.NotSent);
        }

        var lease = _handlers.Take();
        var clock = new CallClock(options.Timeout, _options.Time, cancellationToken);
        var content = new RequestContent<TRequest>(request, options.Compress);
        HttpResponseMessage? response = null;
        try
        {
            clock.ThrowIfLate();
            response = await lease.Invoker.SendAsync(Head(method.Path, content, options), clock.Token).ConfigureAwait(false);
            var ended = ResponseHead.IsTrailersOnly(response);
            var stream = ended ? Stream.Null : await response.Content.ReadAsStreamAsync(clock.Token).ConfigureAwait(false);
            var encoding = ResponseHead.First(response.Headers, "grpc-encoding");
            var frames = new FrameReader(stream, encoding, _options.MaxReceiveBytes);
            return new HttpGrpcCall<TResponse>(response, ended, frames, method.Responses, clock, lease, () => content.CallersFailure);
        }
        catch (Exception e)
        {
            response?.Dispose();
            lease.Dispose();
            using (clock)
                throw clock.Explain(e, content.CallersFailure, hadHeaders: response is not null);
        }
    }

    public void Dispose() => _handlers.Dispose();

    HttpRequestMessage Head(string path, HttpContent content, GrpcCallOptions options)
    {
        var head = new HttpRequestMessage(HttpMethod.Post, new Uri(_options.Address, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        var headers = head.Headers;
        headers.TryAddWithoutValidation("te", "trailers");
        headers.TryAddWithoutValidation("user-agent", UserAgent);
        headers.TryAddWithoutValidation("grpc-accept-encoding", GrpcCompression.Accepted);
        if (options.Compress is not null)
            headers.TryAddWithoutValidation("grpc-encoding", "gzip");
        if (options.Timeout is { } timeout)
            headers.TryAddWithoutValidation("grpc-timeout", GrpcTimeout.Encode(timeout));
        foreach (var (name, value) in options.Metadata.Entries)
            headers.TryAddWithoutValidation(name, value);
        return head;
    }
}
