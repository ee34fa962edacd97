using System.Net;

namespace Tenancy.Transport;

/// <summary>How one server is reached.</summary>
internal sealed record GrpcChannelOptions
{
    public const int DefaultMaxReceiveBytes = 64 * 1024 * 1024;

    /// <summary>Scheme, logical name and port. The name is what a certificate is checked against.</summary>
    public required Uri Address { get; init; }

    /// <summary>Where to connect instead of looking the name up. Default: the name is looked up.</summary>
    public IPEndPoint? Pinned { get; init; }

    /// <summary>What TLS uses. Asked for each new handler. Default: the machine's trust, and no certificate of our own.</summary>
    public Func<GrpcTls>? Tls { get; init; }

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The largest message that is taken, decompressed. Default: 64 MiB.</summary>
    public int MaxReceiveBytes { get; init; } = DefaultMaxReceiveBytes;

    public int MaxSendBytes { get; init; } = int.MaxValue - FrameReader.HeaderLength;

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
