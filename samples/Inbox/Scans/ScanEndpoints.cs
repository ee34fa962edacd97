using Inbox.Scans.Intake;
using Inbox.Scans.Progress;
using Tenancy;

namespace Inbox.Scans;

/// <summary>Documents whose text is read from an image or a PDF.</summary>
static class ScanEndpoints
{
    public static void MapScans(this RouteGroupBuilder organization)
    {
        var documents = organization.MapGroup("/documents").WithTags("Scans");
        documents.MapPost("/scans", AddScan.HandleAsync)
            .WithSummary("Takes in an image or a PDF, and adds a document with its text once that is read.")
            .Accepts<Stream>(ScanRefusal.MediaTypes[0], ScanRefusal.MediaTypes[1..])
            // Who owes pages is refused before a byte is read. What the file costs is counted when its pages are.
            .RequireQuota(AddScan.Quota, cost: 0)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

        var scan = documents.MapGroup("/{id:guid}/scan").ProducesProblem(StatusCodes.Status404NotFound);
        scan.MapGet("/", ReadScan.HandleAsync)
            .WithSummary("Tells how far a scan is.");
        scan.MapGet("/events", WatchScan.HandleAsync)
            .WithSummary("Tells how far a scan is as it goes on, as server-sent events.");
        scan.MapGet("/pages", ListScanPages.HandleAsync)
            .WithSummary("Lists the pages that were read, with lines and where they are.");
    }
}
