using System.Net;
using System.Net.Http.Headers;
using System.Runtime.ExceptionServices;
using Google.Protobuf;

namespace Tenancy.Transport;

/// <summary>The messages of a call as the body of an HTTP request, written while the response may already be read.</summary>
internal sealed class RequestContent<T> : HttpContent where T : class, IMessage<T>
{
    static readonly MediaTypeHeaderValue Grpc = new("application/grpc");

    readonly GrpcRequest<T> _request;
    readonly Func<IMessage, bool>? _compress;
    int _pulled;

    public RequestContent(GrpcRequest<T> request, Func<IMessage, bool>? compress)
    {
        _request = request;
        _compress = compress;
        Headers.ContentType = Grpc;
    }

    /// <summary>What the caller's own stream of messages threw.</summary>
    public ExceptionDispatchInfo? CallersFailure { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (_request.Message is { } message)
        {
            // May run again: the handler itself repeats a request that a server refused.
            await FrameWriter.WriteAsync(stream, message, _compress?.Invoke(message) == true, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (Interlocked.Exchange(ref _pulled, 1) != 0)
            throw new HttpRequestException("A stream of messages cannot be sent twice.");
        // The headers go out before the first message is there.
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        var messages = _request.Messages!.GetAsyncEnumerator(cancellationToken);
        await using var disposal = messages.ConfigureAwait(false);
        while (await NextAsync(messages, cancellationToken).ConfigureAwait(false))
        {
            await FrameWriter.WriteAsync(stream, messages.Current, _compress?.Invoke(messages.Current) == true, cancellationToken).ConfigureAwait(false);
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    async ValueTask<bool> NextAsync(IAsyncEnumerator<T> messages, CancellationToken abandoned)
    {
        try
        {
            return await messages.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (!abandoned.IsCancellationRequested)
        {
            CallersFailure = ExceptionDispatchInfo.Capture(e);
            throw;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The caller's stream says in its own words that the call is over.
            throw new OperationCanceledException(e.Message, e, abandoned);
        }
    }
}
