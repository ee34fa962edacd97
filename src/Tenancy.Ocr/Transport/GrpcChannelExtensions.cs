using Google.Protobuf;

namespace Tenancy.Transport;

/// <summary>Calls that are answered by exactly one message.</summary>
internal static class GrpcChannelExtensions
{
    /// <summary>Sends a message, or a stream of them, and returns the one that answers.</summary>
    public static async Task<TResponse> CallAsync<TRequest, TResponse>(
        this IGrpcChannel channel, GrpcMethod<TRequest, TResponse> method, GrpcRequest<TRequest> request,
        GrpcCallOptions options, CancellationToken cancellationToken)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        using var call = await channel.StartAsync(method, request, options, cancellationToken).ConfigureAwait(false);
        return await call.SingleAsync().ConfigureAwait(false);
    }

    /// <summary>The only message. A status other than OK counts, whether or not a message came before it.</summary>
    public static async Task<TResponse> SingleAsync<TResponse>(this IGrpcCall<TResponse> call)
        where TResponse : class, IMessage<TResponse>
    {
        TResponse? single = default;
        var count = 0;
        await foreach (var message in call.ReadAllAsync().ConfigureAwait(false))
        {
            if (++count > 1)
                throw GrpcException.Malformed("The server answered a unary call with more than one message.");
            single = message;
        }

        return single ?? throw GrpcException.Malformed("The server answered OK without a message.");
    }
}
