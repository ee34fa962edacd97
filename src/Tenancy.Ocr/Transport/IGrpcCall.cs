namespace Tenancy.Transport;

/// <summary>A call whose headers are there. Disposed before its end, it is cancelled on the server.</summary>
internal interface IGrpcCall<out TResponse> : IDisposable
{
    GrpcMetadata Headers { get; }

    /// <summary>What came after the messages. Known when they were read to their end.</summary>
    GrpcMetadata Trailers { get; }

    /// <summary>The messages; once only. Ends when the status is OK.</summary>
    /// <exception cref="GrpcException">The status is another.</exception>
    IAsyncEnumerable<TResponse> ReadAllAsync();
}
