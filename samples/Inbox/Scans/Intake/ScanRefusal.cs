using Microsoft.AspNetCore.Http.HttpResults;
using Tenancy;

namespace Inbox.Scans.Intake;

/// <summary>Says why a file was not taken in, or could not be read. The library's own words name servers and settings.</summary>
static class ScanRefusal
{
    /// <summary>What a file may be, as media types.</summary>
    public static readonly string[] MediaTypes = ["application/pdf", "image/png", "image/jpeg", "image/tiff", "image/bmp", "image/webp"];

    public static ProblemHttpResult Of(OcrException error) => TypedResults.Problem(
        Explain(error),
        statusCode: error.Reason switch
        {
            OcrReasons.MediaTypeUnsupported or OcrReasons.MediaTypeMismatch => StatusCodes.Status415UnsupportedMediaType,
            OcrReasons.TooManyBytes => StatusCodes.Status413PayloadTooLarge,
            _ => StatusCodes.Status422UnprocessableEntity,
        });

    /// <summary>Too much comes in at once; a moment later there is room.</summary>
    public static ProblemHttpResult Crowded(HttpResponse response)
    {
        response.Headers.RetryAfter = "1";
        return TypedResults.Problem("Too many files are being sent at once. Send this one again in a moment.", statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    public static string Explain(OcrException error) => error.Reason switch
    {
        OcrReasons.EmptyFile => "The file has 0 bytes.",
        OcrReasons.MediaTypeUnsupported => $"Send the file as it is, with its Content-Type: one of {string.Join(", ", MediaTypes)}.",
        OcrReasons.MediaTypeMismatch => "The file is something else than its Content-Type says. Send it with the right one.",
        OcrReasons.UnreadableFile => "The file is damaged or cut off.",
        OcrReasons.EncryptedPdf => "The PDF is encrypted. Remove its password.",
        OcrReasons.TooManyBytes => "The file has more bytes than your organisation's tier allows. Send less at once, or have the limit raised.",
        OcrReasons.TooManyPixels => "The image has more pixels than can be read. Make it smaller.",
        OcrReasons.TooManyPages => "The file has more pages than your organisation's tier allows. Split it, or have the limit raised.",
        _ when error.Status == GrpcStatusCode.InvalidArgument => "The file cannot be read: it is damaged, or not what it seems to be.",
        _ when error.Status == GrpcStatusCode.OutOfRange => "The file is larger than can be read. Split it.",
        _ when error.Status == GrpcStatusCode.FailedPrecondition => "The file is of a kind that cannot be read here.",
        _ => "The text could not be read. Send the file again later.",
    };
}
