using Google.Protobuf;

namespace Tenancy.Transport;

/// <summary>What a call sends: one message, or a stream that is pulled as fast as the server takes it.</summary>
internal readonly struct GrpcRequest<T> where T : class, IMessage<T>
{
    GrpcRequest(T? message, IAsyncEnumerable<T>? messages) => (Message, Messages) = (message, messages);

    public T? Message { get; }

    public IAsyncEnumerable<T>? Messages { get; }

    public static implicit operator GrpcRequest<T>(T message) => new(message, null);

    public static GrpcRequest<T> Stream(IAsyncEnumerable<T> messages) => new(default, messages);
}
