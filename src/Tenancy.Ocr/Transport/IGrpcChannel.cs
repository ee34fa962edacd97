using Google.Protobuf;

namespace Tenancy.Transport;

/// <summary>
/// Calls to one server. The seam: everything above it knows this interface only, so that another gRPC client can stand here.
/// </summary>
internal interface IGrpcChannel : IDisposable
{
    /// <summary>Begins a call of any kind; returns when the server's headers are there.</summary>
    /// <exception cref="GrpcException">It ended with a status other than OK.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled it.</exception>
    Task<IGrpcCall<TResponse>> StartAsync<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, GrpcRequest<TRequest> request, GrpcCallOptions options, CancellationToken cancellationToken)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>;

    /// <summary>Connects anew from now on, with the certificates there are now. Calls that run end on the old connections.</summary>
    void Rotate();
}
