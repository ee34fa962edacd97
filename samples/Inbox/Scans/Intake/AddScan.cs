using Inbox.Problems;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Tenancy;

namespace Inbox.Scans.Intake;

/// <summary>Takes a file in to be read later. What cannot be read is refused before anything is stored.</summary>
static class AddScan
{
    public const string Quota = "pages";

    const string DefaultTitle = "Scan";

    public static async Task<Results<Accepted<Scan>, ValidationProblem, ProblemHttpResult>> HandleAsync(
        string? title, HttpContext http, ScanDesk desk, UploadRoom room, ITenantContext tenants, CancellationToken stop)
    {
        var mistakes = new Mistakes();
        title ??= DefaultTitle;
        mistakes.CheckText("title", title, Documents.Document.MaxTitleLength);
        if (mistakes.Any)
            return mistakes.ToProblem();

        var tenant = tenants.Current!;
        var limits = desk.LimitsOf(tenant);
        try
        {
            Check(http.Request, limits);
            // Who does not say how much comes may send as much as is allowed.
            using var place = room.TryTake(tenant.Id, http.Request.ContentLength ?? limits.MaxBytes);
            if (place is null)
                return ScanRefusal.Crowded(http.Response);
            var file = await ReadAsync(http.Request, limits, stop);
            var scan = await desk.TakeInAsync(tenant, title, file, file.Inspect(limits), stop);
            return TypedResults.Accepted($"{Parent(http.Request.Path)}/{scan.Id}/scan", scan);
        }
        catch (OcrException e)
        {
            return ScanRefusal.Of(e);
        }
    }

    static void Check(HttpRequest request, OcrInputLimits limits)
    {
        if (string.IsNullOrEmpty(request.ContentType))
            throw new OcrException(GrpcStatusCode.InvalidArgument, "No media type.") { Reason = OcrReasons.MediaTypeUnsupported };
        if (request.ContentLength > limits.MaxBytes)
            throw new OcrException(GrpcStatusCode.OutOfRange, "Too many bytes.") { Reason = OcrReasons.TooManyBytes };
    }

    static Task<OcrDocument> ReadAsync(HttpRequest request, OcrInputLimits limits, CancellationToken stop)
    {
        // The tenant's limit instead of the server's; one byte more than is read, so that it is the reader who refuses.
        request.HttpContext.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = limits.MaxBytes + 1L;
        return OcrDocument.ReadAsync(request.Body, request.ContentType, limits.MaxBytes, stop);
    }

    static string Parent(PathString path) => path.Value!.TrimEnd('/') is var whole ? whole[..whole.LastIndexOf('/')] : "";
}
