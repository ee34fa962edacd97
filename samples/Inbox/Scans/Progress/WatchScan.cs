using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Inbox.Scans.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Tenancy;

namespace Inbox.Scans.Progress;

/// <summary>Sends how far a scan is, whenever that changes, until its end.</summary>
/// <remarks>
/// The tenant's own rows are asked, since the worker may be another process; nothing is held between two looks. What was
/// allowed when the stream began may have ended meanwhile: each look asks the catalog whether the tenant is still served.
/// </remarks>
sealed class WatchScan(
    IScanStore store, ITenantContext tenants, ITenantCatalog catalog, IHostApplicationLifetime host, IOptions<ScanOptions> options, TimeProvider time)
{
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(400);

    /// <summary>Said again though nothing changed, so that nobody on the way takes the connection for dead.</summary>
    static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    public static async Task<Results<ServerSentEventsResult<Scan>, ProblemHttpResult>> HandleAsync(
        Guid id, HttpContext http, WatchScan watch, CancellationToken stop)
    {
        if (await watch.FindAsync(id, stop) is not { } scan)
            return ReadScan.NotFound();
        // What buffers answers on the way would keep back what is meant for now.
        http.Response.Headers["X-Accel-Buffering"] = "no";
        return TypedResults.ServerSentEvents(watch.RunAsync(scan, stop));
    }

    Task<Scan?> FindAsync(Guid id, CancellationToken stop) => store.FindAsync(id, stop);

    async IAsyncEnumerable<SseItem<Scan>> RunAsync(Scan scan, [EnumeratorCancellation] CancellationToken stop)
    {
        var tenant = tenants.Current!;
        var (began, said) = (time.GetTimestamp(), time.GetTimestamp());
        yield return Item(scan);
        while (scan.Outcome is null && time.GetElapsedTime(began) < options.Value.EventsFor)
        {
            // A process that stops does not wait for its readers: they come back to another.
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, host.ApplicationStopping);
            await Task.Delay(Look, time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (either.IsCancellationRequested || !catalog.Current.TryFind(tenant.Id, out var now) || now.Status != TenantStatus.Active)
                yield break;
            // Removed: there is nothing more to say of it.
            if (await store.FindAsync(scan.Id, stop) is not { } next)
                yield break;
            if (next == scan && time.GetElapsedTime(said) < Silence)
                continue;
            (scan, said) = (next, time.GetTimestamp());
            yield return Item(scan);
        }
    }

    static SseItem<Scan> Item(Scan scan) => new(scan, scan.Status) { EventId = $"{scan.PagesDone}" };
}
