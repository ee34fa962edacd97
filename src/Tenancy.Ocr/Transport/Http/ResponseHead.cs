using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Tenancy.Transport;

/// <summary>What the headers and trailers of a response say about the call.</summary>
internal static class ResponseHead
{
    const string StatusName = "grpc-status";
    const string MessageName = "grpc-message";

    /// <summary>Looks at the headers. True where they hold the status too, and nothing follows.</summary>
    /// <exception cref="GrpcException">The status is not OK, or this is no answer of a gRPC server.</exception>
    public static bool IsTrailersOnly(HttpResponseMessage response)
    {
        // The status first: a trailers-only answer may come with any HTTP status.
        if (response.Headers.NonValidated.Contains(StatusName))
        {
            ThrowUnlessOk(response.Headers, hadHeaders: false);
            return true;
        }

        if (response.Version.Major < 2)
            throw NotGrpc(GrpcStatusCode.Internal, $"It answered by HTTP/{response.Version}; gRPC needs HTTP/2.");
        if (response.StatusCode != HttpStatusCode.OK)
            throw NotGrpc(FromHttp(response.StatusCode), $"It answered with the HTTP status {(int)response.StatusCode}, and without a gRPC status.", (int)response.StatusCode);
        var type = response.Content.Headers.NonValidated.TryGetValues("content-type", out var values) ? values.ToString() : "";
        if (!IsGrpc(type))
            throw NotGrpc(GrpcStatusCode.Unknown, $"It answered with the media type '{type}', which is not application/grpc.");
        return false;
    }

    /// <exception cref="GrpcException">The status is not OK, missing or not a number.</exception>
    public static void ThrowUnlessOk(HttpResponseHeaders headers, bool hadHeaders)
    {
        if (First(headers, StatusName) is not { } text)
            throw new GrpcException(GrpcStatusCode.Unknown, "The response ended without a gRPC status.", GrpcFailure.Malformed) { HadHeaders = true };
        var known = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var code) && code <= (int)GrpcStatusCode.Unauthenticated;
        if (known && code == 0)
            return;
        var message = PercentEncoding.Decode(First(headers, MessageName) ?? "");
        throw new GrpcException(
            known ? (GrpcStatusCode)code : GrpcStatusCode.Unknown, known ? message : $"The server ended with the status '{text}'. {message}",
            GrpcFailure.Status, GrpcMetadata.From(headers)) { HadHeaders = hadHeaders };
    }

    public static string? First(HttpHeaders headers, string name)
    {
        if (!headers.NonValidated.TryGetValues(name, out var values))
            return null;
        foreach (var value in values)
            return value;
        return null;
    }

    /// <summary>The mapping of gRPC's "HTTP to gRPC Status Code Mapping".</summary>
    static GrpcStatusCode FromHttp(HttpStatusCode status) => status switch
    {
        HttpStatusCode.BadRequest => GrpcStatusCode.Internal,
        HttpStatusCode.Unauthorized => GrpcStatusCode.Unauthenticated,
        HttpStatusCode.Forbidden => GrpcStatusCode.PermissionDenied,
        HttpStatusCode.NotFound => GrpcStatusCode.Unimplemented,
        // Not in the mapping, but what proxies say of a body they find too large.
        HttpStatusCode.RequestEntityTooLarge => GrpcStatusCode.OutOfRange,
        HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable
            or HttpStatusCode.GatewayTimeout => GrpcStatusCode.Unavailable,
        _ => GrpcStatusCode.Unknown,
    };

    static bool IsGrpc(string type)
    {
        const string Grpc = "application/grpc";
        return type.StartsWith(Grpc, StringComparison.OrdinalIgnoreCase) && (type.Length == Grpc.Length || type[Grpc.Length] is '+' or ';' or ' ');
    }

    static GrpcException NotGrpc(GrpcStatusCode code, string detail, int? status = null) =>
        new(code, detail, GrpcFailure.NotGrpc) { HadHeaders = true, HttpStatus = status };
}
