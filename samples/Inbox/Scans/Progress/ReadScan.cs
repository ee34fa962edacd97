using Inbox.Scans.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Inbox.Scans.Progress;

static class ReadScan
{
    public static async Task<Results<Ok<Scan>, ProblemHttpResult>> HandleAsync(
        Guid id, HttpContext http, IScanStore store, CancellationToken stop)
    {
        if (await store.FindAsync(id, stop) is not { } scan)
            return NotFound();
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(scan);
    }

    public static ProblemHttpResult NotFound() =>
        TypedResults.Problem("There is no scan of such a document.", statusCode: StatusCodes.Status404NotFound);
}
