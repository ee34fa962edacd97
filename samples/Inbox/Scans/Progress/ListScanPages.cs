using System.Buffers.Binary;
using Inbox.Paging;
using Inbox.Problems;
using Inbox.Scans.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Tenancy;

namespace Inbox.Scans.Progress;

/// <summary>Pages through what was read, by number; also while more comes.</summary>
static class ListScanPages
{
    public static async Task<Results<Ok<ScanPages>, ValidationProblem, ProblemHttpResult>> HandleAsync(
        Guid id, [AsParameters] PageQuery page, HttpContext http, CursorCodec cursors, ITenantContext tenants, IScanStore store, CancellationToken stop)
    {
        var mistakes = new Mistakes();
        var scope = new CursorScope(tenants.Current!.Id.Value, "scan", id.ToString());
        var (limit, position) = page.Read(cursors, scope, mistakes);
        if (mistakes.Any)
            return mistakes.ToProblem();
        if (await store.FindAsync(id, stop) is not { } scan)
            return ReadScan.NotFound();

        var after = position is null ? 0 : BinaryPrimitives.ReadInt32BigEndian(position);
        var pages = await store.ReadPagesAsync(id, after, limit + 1, stop);
        if (pages.Count <= limit)
            return TypedResults.Ok(new ScanPages(scan.Status, pages, null));

        var next = Next(cursors, scope, pages[limit - 1].Number);
        PageLink.AddNext(http, next);
        return TypedResults.Ok(new ScanPages(scan.Status, [.. pages.Take(limit)], next));
    }

    static string Next(CursorCodec cursors, CursorScope scope, int last)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, last);
        return cursors.Write(scope, bytes);
    }
}
