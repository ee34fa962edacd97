using Google.Protobuf;

namespace Tenancy.Transport;

/// <summary>A method of a service: its path, and how its messages are read.</summary>
internal sealed class GrpcMethod<TRequest, TResponse>(string service, string name, MessageParser<TResponse> responses)
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    public string Path { get; } = $"/{service}/{name}";

    public MessageParser<TResponse> Responses { get; } = responses;

    public override string ToString() => Path;
}
