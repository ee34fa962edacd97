using Google.Protobuf;

namespace Tenancy.Transport;

/// <summary>What one call asks for beside its messages.</summary>
internal sealed record GrpcCallOptions
{
    public static readonly GrpcCallOptions Default = new();

    /// <summary>The time that is left. Sent as <c>grpc-timeout</c>, and kept by a clock of our own. Default: none.</summary>
    public TimeSpan? Timeout { get; init; }

    public GrpcMetadata Metadata { get; init; } = GrpcMetadata.Empty;

    /// <summary>Which messages are compressed with gzip. Default: none, as images do not get smaller.</summary>
    public Func<IMessage, bool>? Compress { get; init; }
}
