namespace Tenancy.Transport;

/// <summary>A call that did not end with OK.</summary>
internal sealed class GrpcException(
    GrpcStatusCode code, string detail, GrpcFailure failure, GrpcMetadata? trailers = null, Exception? inner = null)
    : Exception($"{code}: {detail}", inner)
{
    public GrpcStatusCode Code { get; } = code;

    /// <summary>The server's words, or ours.</summary>
    public string Detail { get; } = detail;

    public GrpcFailure Failure { get; } = failure;

    public GrpcMetadata Trailers { get; } = trailers ?? GrpcMetadata.Empty;

    /// <summary>Whether response headers had come: from then on the server was at work.</summary>
    public bool HadHeaders { get; init; }

    /// <summary>The HTTP status, where no gRPC server answered.</summary>
    public int? HttpStatus { get; init; }

    public static GrpcException Malformed(string detail, Exception? inner = null) =>
        new(GrpcStatusCode.Internal, detail, GrpcFailure.Malformed, inner: inner) { HadHeaders = true };

    public static GrpcException TooLarge(string detail) =>
        new(GrpcStatusCode.ResourceExhausted, detail, GrpcFailure.Malformed) { HadHeaders = true };
}
