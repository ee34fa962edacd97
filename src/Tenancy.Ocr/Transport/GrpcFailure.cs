namespace Tenancy.Transport;

/// <summary>Where a failure comes from; decides what may be sent again.</summary>
internal enum GrpcFailure
{
    /// <summary>The server said so, by <c>grpc-status</c>.</summary>
    Status,

    /// <summary>No server has begun to work on it: no connection, or REFUSED_STREAM.</summary>
    NotSent,

    /// <summary>The connection or stream broke.</summary>
    Broken,

    /// <summary>Something that speaks HTTP but not gRPC answered, such as a proxy. The server may still be working.</summary>
    NotGrpc,

    /// <summary>The server broke the protocol, or sent more than is taken.</summary>
    Malformed,

    /// <summary>TLS failed: certificates, names, trust. It fails the next time as well.</summary>
    Security,

    /// <summary>Our own clock ended it.</summary>
    Deadline,
}
