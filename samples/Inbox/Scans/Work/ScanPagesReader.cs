using Inbox.Scans.Intake;
using Inbox.Scans.Queue;
using Inbox.Scans.Storage;
using Microsoft.Extensions.Options;
using Tenancy;

namespace Inbox.Scans.Work;

/// <summary>Reads the pages that are missing and stores each as it comes, and says meanwhile that it is still there.</summary>
sealed class ScanPagesReader(
    IOcrClient ocr, IScanStore store, IScanQueue queue, ScanDesk desk, IOptions<ScanOptions> options, TimeProvider time)
{
    /// <summary>True where all pages are stored; false where the scan was removed meanwhile.</summary>
    /// <exception cref="LeaseLostException">Somebody else has it by now.</exception>
    public async Task<bool> ReadAsync(Tenant tenant, ScanLease lease, ScanWork work, Action stored, CancellationToken stop)
    {
        var first = Enumerable.Range(1, int.MaxValue).First(page => !work.Stored.Contains(page));
        if (first > work.Pages)
            return true;

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var watch = WatchAsync(lease, ended);
        try
        {
            var request = new OcrRequestOptions { FirstPage = first };
            await foreach (var page in ocr.ReadPagesAsync(new OcrDocument(work.Content, work.MediaType), request, null, ended.Token))
            {
                // Where only the server could count them.
                if (page.PagesTotal > desk.LimitsOf(tenant).MaxPages)
                    throw new OcrException(GrpcStatusCode.OutOfRange, "Too many pages.") { Reason = OcrReasons.TooManyPages };
                if (!await store.AddPageAsync(lease.Scan, page, ended.Token))
                    return false;
                stored();
                await RenewAsync(lease, progressed: true, ended.Token);
            }

            return true;
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            // The watch ended it, and says why.
            return await watch;
        }
        finally
        {
            await ended.CancelAsync();
            await ((Task)watch).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Renews the lease while a page takes long, and ends the reading of a scan that is gone: false.</summary>
    async Task<bool> WatchAsync(ScanLease lease, CancellationTokenSource reading)
    {
        try
        {
            while (true)
            {
                await Task.Delay(options.Value.Lease / 3, time, reading.Token);
                await RenewAsync(lease, progressed: false, reading.Token);
                if (await store.FindAsync(lease.Scan, reading.Token) is not { Outcome: null })
                    return false;
            }
        }
        finally
        {
            await reading.CancelAsync();
        }
    }

    async Task RenewAsync(ScanLease lease, bool progressed, CancellationToken stop)
    {
        if (!await queue.RenewAsync(lease, options.Value.Lease, progressed, stop))
            throw new LeaseLostException();
    }
}
