using System.Runtime.ExceptionServices;
using Google.Protobuf;

namespace Tenancy.Transport;

/// <summary>A response that is being read.</summary>
internal sealed class HttpGrpcCall<TResponse>(
    HttpResponseMessage response, bool ended, FrameReader frames, MessageParser<TResponse> parser,
    CallClock clock, HandlerLease lease, Func<ExceptionDispatchInfo?> callersFailure)
    : IGrpcCall<TResponse> where TResponse : class, IMessage<TResponse>
{
    int _read;
    int _disposed;

    public GrpcMetadata Headers { get; } = GrpcMetadata.From(response.Headers);

    public GrpcMetadata Trailers { get; private set; } = GrpcMetadata.Empty;

    public async IAsyncEnumerable<TResponse> ReadAllAsync()
    {
        if (Interlocked.Exchange(ref _read, 1) != 0)
            throw new InvalidOperationException("The messages of a call can be read once.");
        try
        {
            while (await NextAsync().ConfigureAwait(false) is { } message)
                yield return message;
        }
        finally
        {
            Dispose();
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        // After the headers only this resets the stream.
        response.Dispose();
        frames.Dispose();
        clock.Dispose();
        lease.Dispose();
    }

    async ValueTask<TResponse?> NextAsync()
    {
        try
        {
            if (await frames.ReadAsync(parser, clock.Token).ConfigureAwait(false) is { } message)
                return message;
            Trailers = ended ? Headers : GrpcMetadata.From(response.TrailingHeaders);
            if (!ended)
                ResponseHead.ThrowUnlessOk(response.TrailingHeaders, hadHeaders: true);
            return default;
        }
        catch (Exception e)
        {
            throw clock.Explain(e, callersFailure(), hadHeaders: true);
        }
    }
}
