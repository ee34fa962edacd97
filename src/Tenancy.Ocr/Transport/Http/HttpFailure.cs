using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Tenancy.Transport;

/// <summary>What an exception of the HTTP stack means to a gRPC call.</summary>
internal static class HttpFailure
{
    /// <summary>RFC 9113, 7.</summary>
    enum Http2Error : long
    {
        NoError = 0,
        RefusedStream = 7,
        Cancel = 8,
        EnhanceYourCalm = 11,
        InadequateSecurity = 12,
    }

    public static GrpcException Map(Exception exception, bool hadHeaders)
    {
        if (Find<HttpProtocolException>(exception) is { } protocol)
            return FromHttp2(protocol, hadHeaders);
        if (Find<AuthenticationException>(exception) is not null)
            return Security(exception);
        var request = Find<HttpRequestException>(exception);
        switch (request?.HttpRequestError)
        {
            case HttpRequestError.SecureConnectionError:
                return Security(exception);
            case HttpRequestError.NameResolutionError:
                return Unavailable("Its name cannot be resolved.", GrpcFailure.NotSent, exception, hadHeaders);
            case HttpRequestError.ConnectionError:
                return Unavailable("It cannot be reached.", GrpcFailure.NotSent, exception, hadHeaders);
            case HttpRequestError.VersionNegotiationError:
                return Unavailable("It does not speak HTTP/2, which gRPC needs.", GrpcFailure.Security, exception, hadHeaders);
            case HttpRequestError.ConfigurationLimitExceeded:
                return GrpcException.TooLarge("Its headers are larger than are taken.");
        }

        // ConnectTimeout passed; whether the call's own time did was asked before.
        if (Find<TimeoutException>(exception) is not null)
            return Unavailable("It did not accept a connection in time.", GrpcFailure.NotSent, exception, hadHeaders);
        // Neither the caller nor the clock cancelled it: the handler gives a body up when the server resets its stream, and which
        // of the two shows first is a race.
        if (Find<OperationCanceledException>(exception) is not null)
            return Unavailable("The server ended the stream while the request was still being sent.", GrpcFailure.Broken, exception, hadHeaders);
        if (Find<SocketException>(exception) is not null || Find<IOException>(exception) is not null || request is not null)
            return Unavailable("The connection broke." + Hint(exception), GrpcFailure.Broken, exception, hadHeaders);
        return new GrpcException(GrpcStatusCode.Internal, "The call failed.", GrpcFailure.Broken, inner: exception) { HadHeaders = hadHeaders };
    }

    static GrpcException FromHttp2(HttpProtocolException exception, bool hadHeaders)
    {
        var (code, failure) = (Http2Error)exception.ErrorCode switch
        {
            Http2Error.RefusedStream => (GrpcStatusCode.Unavailable, GrpcFailure.NotSent),
            Http2Error.Cancel => (GrpcStatusCode.Cancelled, GrpcFailure.Broken),
            Http2Error.EnhanceYourCalm => (GrpcStatusCode.ResourceExhausted, GrpcFailure.Broken),
            Http2Error.InadequateSecurity => (GrpcStatusCode.PermissionDenied, GrpcFailure.Security),
            // The whole connection ended in good order: the server goes away.
            Http2Error.NoError => (GrpcStatusCode.Unavailable, GrpcFailure.Broken),
            _ => (GrpcStatusCode.Internal, GrpcFailure.Broken),
        };
        return new GrpcException(code, $"The stream was reset with the HTTP/2 error {exception.ErrorCode}.", failure, inner: exception) { HadHeaders = hadHeaders };
    }

    static GrpcException Security(Exception exception) => new(
        GrpcStatusCode.Unavailable, "No secure connection: the certificate, its name or its issuer is not accepted by one of the two sides.",
        GrpcFailure.Security, inner: exception);

    /// <summary>Under TLS 1.3 a client certificate that the server misses or refuses shows as a broken handshake of HTTP/2.</summary>
    static string Hint(Exception exception) =>
        exception.ToString().Contains("handshake", StringComparison.OrdinalIgnoreCase)
            ? " If the server wants a client certificate, check that one is configured and that the server trusts its issuer."
            : "";

    static GrpcException Unavailable(string detail, GrpcFailure failure, Exception exception, bool hadHeaders) =>
        new(GrpcStatusCode.Unavailable, detail, failure, inner: exception) { HadHeaders = hadHeaders };

    static T? Find<T>(Exception? exception) where T : Exception
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is T found)
                return found;
        }

        return null;
    }
}
