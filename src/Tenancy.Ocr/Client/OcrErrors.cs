using Tenancy.Ocr.Rpc;
using Tenancy.Transport;

namespace Tenancy;

/// <summary>Tells the caller of a failed call in one exception.</summary>
internal static class OcrErrors
{
    /// <param name="error">The last failure.</param>
    /// <param name="endpoint">Whose it is.</param>
    /// <param name="attempts">How many servers were asked.</param>
    /// <param name="begun">Whether one of them has begun.</param>
    /// <param name="repeatable">Whether the same may go well later.</param>
    /// <param name="after">When at the earliest.</param>
    public static OcrException From(GrpcException error, OcrEndpoint endpoint, int attempts, bool begun, bool repeatable, TimeSpan? after)
    {
        var info = ErrorDetails.Find(error.Trailers, ErrorInfo.Parser, ErrorInfo.Descriptor.FullName);
        return new OcrException(error.Code, $"The OCR server {endpoint.Name} failed{Times(attempts)} with {error.Code}: {error.Detail}", error)
        {
            Reason = info?.Reason ?? (begun ? null : OcrReasons.NoServer),
            Server = endpoint.Name,
            ServerRequestId = error.Trailers.Text(PaddleXResponse.LogIdName) ?? error.Trailers.Text("x-request-id"),
            Attempts = attempts,
            IsRetryable = repeatable,
            RetryAfter = after,
        };
    }

    public static OcrException Late(TimeSpan timeout, OcrEndpoint? last, int attempts, bool begun, Exception? inner) => new(
        GrpcStatusCode.DeadlineExceeded, $"The document was not read within {timeout}. Allow more time (Ocr:Timeout), or add servers.", inner)
    {
        Reason = begun || last is null ? null : OcrReasons.NoServer,
        Server = last?.Name,
        Attempts = attempts,
        IsRetryable = true,
    };

    static string Times(int attempts) => attempts == 1 ? "" : $", the last of {attempts} that were asked,";
}
