using System.Data.Common;
using Inbox.Scans.Queue;
using Inbox.Scans.Storage;
using Microsoft.Extensions.Options;
using Tenancy;

namespace Inbox.Scans.Work;

/// <summary>Has one scan read, as its tenant, and decides what becomes of it.</summary>
sealed partial class ScanReading(
    ITenantContext tenants, IScanStore store, IScanQueue queue, ScanPagesReader pages, ITenantLimits quotas, ITenantMeter meter, ITenantStorage storage,
    IOptions<ScanOptions> options, ILogger<ScanReading> logger)
{
    static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(5);

    /// <summary>Older than any transaction that could still write its rows.</summary>
    static readonly TimeSpan Orphaned = TimeSpan.FromHours(1);

    /// <summary>Until somebody has deleted something, and that was measured.</summary>
    static readonly TimeSpan UntilThereIsRoom = TimeSpan.FromMinutes(1);

    /// <summary>Nobody's fault, and over soon: a database that starts, an OCR queue that is full, a tenant that is suspended, OCR servers that are away.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task RunAsync(ScanLease lease, CancellationToken stop)
    {
        try
        {
            await tenants.RunAsync(lease.Tenant, (tenant, _, _) => ReadAsync(tenant, lease, stop), stop);
        }
        catch (TenantUnavailableException e) when (e.Status is null or TenantStatus.Deleting)
        {
            await queue.RemoveAsync(lease, stop);
        }
        catch (TenantUnavailableException)
        {
            await queue.ReleaseAsync(lease, Patience, counts: false, stop);
        }
    }

    async Task ReadAsync(Tenant tenant, ScanLease lease, CancellationToken stop)
    {
        var read = 0;
        ScanWork? work = null;
        try
        {
            work = await store.OpenAsync(lease.Scan, stop);
            if (work is null)
                await DropAsync(lease, stop);
            else if (storage.Read(tenant.Id) is { IsFull: true })
                // Pages would be read that cannot be stored; nor could it be noted that the scan failed.
                await queue.ReleaseAsync(lease, UntilThereIsRoom, counts: false, stop);
            else if (lease.Attempts > options.Value.MaxAttempts)
                // Whoever had it last was killed over it, and those before.
                await FailAsync(tenant, lease, "Reading it was begun too often without a page to show for it.", stop);
            else if (await pages.ReadAsync(tenant, lease, work, () => read++, stop))
                await EndAsync(tenant, lease, await store.FinishAsync(lease.Scan, stop), stop);
            else
                // Removed while it was read: the rows are gone, and what they had cost is set right here.
                await EndAsync(tenant, lease, new ScanCost(work.Held, work.Stored.Count + read), stop);
        }
        catch (LeaseLostException)
        {
            LogLost(logger, lease.Scan);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // This process stops; another may go on at once.
            await queue.ReleaseAsync(lease, TimeSpan.Zero, counts: false, CancellationToken.None);
        }
        catch (Exception e)
        {
            await RetryAsync(tenant, lease, e, progressed: read > 0, stop);
        }
    }

    /// <summary>What cannot succeed fails now; what is nobody's fault is tried again for ever; the rest, so many times.</summary>
    async Task RetryAsync(Tenant tenant, ScanLease lease, Exception error, bool progressed, CancellationToken stop)
    {
        var (words, hopeless, blameless, after) = error switch
        {
            OcrException { Reason: OcrReasons.QueueFull or OcrReasons.TenantLimit, IsRetryable: true } e => ("", false, true, e.RetryAfter ?? Patience),
            // Also where TLS fails, which the client does not repeat: it is no fault of the document's.
            OcrException { Reason: OcrReasons.NoServer } e => ("", false, true, e.RetryAfter ?? Patience),
            OcrException e => (Intake.ScanRefusal.Explain(e), IsVerdict(e), false, e.RetryAfter ?? default),
            TenantStorageExceededException => ("", false, true, UntilThereIsRoom),
            DbException { IsTransient: true } or TimeoutException => ("", false, true, Patience),
            _ => ("The text could not be read or stored.", false, false, default(TimeSpan)),
        };
        if (hopeless || (!blameless && !progressed && lease.Attempts >= options.Value.MaxAttempts))
        {
            LogFailed(logger, error, lease.Scan, lease.Attempts);
            await FailAsync(tenant, lease, words, stop);
            return;
        }

        var doubled = options.Value.RetryDelay * Math.Pow(2, progressed ? 0 : Math.Min(lease.Attempts - 1, 16));
        var delay = after > TimeSpan.Zero ? after : doubled < LongestDelay ? doubled : LongestDelay;
        LogAgain(logger, error, lease.Scan, lease.Attempts, delay);
        await queue.ReleaseAsync(lease, delay, counts: !blameless, stop);
    }

    /// <summary>Whether it is the document: a server that stops may say CANCELLED, and a proxy before it may say anything, and another reads it.</summary>
    static bool IsVerdict(OcrException error) =>
        !error.IsRetryable && error.Status is GrpcStatusCode.InvalidArgument or GrpcStatusCode.OutOfRange or GrpcStatusCode.FailedPrecondition;

    async Task FailAsync(Tenant tenant, ScanLease lease, string words, CancellationToken stop) =>
        await EndAsync(tenant, lease, await store.FailAsync(lease.Scan, words, stop), stop);

    /// <summary>
    /// Charges and meters what was really read. Killed before it, the difference is never charged; after it, it is not charged again, since
    /// the scan is finished only once.
    /// </summary>
    async Task EndAsync(Tenant tenant, ScanLease lease, ScanCost? cost, CancellationToken stop)
    {
        if (cost is { } known && known.Read > known.Held)
            quotas.Charge(tenant, Intake.AddScan.Quota, known.Read - known.Held);
        else if (cost is not null)
            quotas.Refund(tenant, Intake.AddScan.Quota, cost.Held - cost.Read);
        if (cost is { Read: > 0 })
            meter.Count(tenant, UsageMetric.Pages, cost.Read);
        await queue.RemoveAsync(lease, stop);
    }

    /// <summary>Without work: finished or removed, or announced and not written yet, which ends well or is an orphan.</summary>
    async Task DropAsync(ScanLease lease, CancellationToken stop)
    {
        if (lease.Age > Orphaned || await store.FindAsync(lease.Scan, stop) is not null)
            await queue.RemoveAsync(lease, stop);
        else
            await queue.ReleaseAsync(lease, Intake.ScanDesk.Sleep, counts: false, stop);
    }

    [LoggerMessage(LogLevel.Warning, "The scan {Scan} failed at attempt {Attempt}; it is read again in {Delay}.")]
    static partial void LogAgain(ILogger logger, Exception error, Guid scan, int attempt, TimeSpan delay);

    [LoggerMessage(LogLevel.Warning, "The scan {Scan} failed for good, after {Attempts} attempts.")]
    static partial void LogFailed(ILogger logger, Exception error, Guid scan, int attempts);

    [LoggerMessage(LogLevel.Warning, "The scan {Scan} was taken by somebody else, since its lease was not renewed in time.")]
    static partial void LogLost(ILogger logger, Guid scan);
}
