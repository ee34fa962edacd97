using Inbox.Scans.Queue;
using Inbox.Scans.Storage;
using Inbox.Scans.Work;
using Microsoft.Extensions.Options;
using Npgsql;
using Tenancy;

namespace Inbox.Scans.Intake;

/// <summary>Counts, stores and queues a file, so that none is lost and none is read that was not paid for.</summary>
sealed partial class ScanDesk(
    IScanStore store, IScanQueue queue, ScanBell bell, ITenantLimits quotas, IOptions<ScanOptions> options, IOptions<OcrOptions> ocr,
    TimeProvider time, ILogger<ScanDesk> logger)
{
    /// <summary>How long an announced scan sleeps; how long its rows may take to be written is half of it.</summary>
    public static readonly TimeSpan Sleep = TimeSpan.FromMinutes(2);

    /// <summary>What a tenant's file may be: what its tier allows, and no more than the OCR client takes.</summary>
    public OcrInputLimits LimitsOf(Tenant tenant)
    {
        var (tier, client) = (options.Value.LimitsOf(tenant.Tier), ocr.Value.Input);
        return new OcrInputLimits
        {
            MaxBytes = Math.Min(tier.MaxBytes, client.MaxBytes),
            MaxPages = Math.Min(tier.MaxPages, client.MaxPages),
            MaxPixels = client.MaxPixels,
        };
    }

    /// <exception cref="TenantLimitException">The tenant has not that many pages left.</exception>
    public async Task<Scan> TakeInAsync(Tenant tenant, string title, OcrDocument file, OcrDocumentFacts facts, CancellationToken stop)
    {
        // Where nobody can count them yet, the others are charged when they were read.
        var held = facts.Pages ?? 1;
        var decision = await quotas.AcquireAsync(tenant, AddScan.Quota, held, stop);
        if (!decision.IsAllowed)
            throw new TenantLimitException(decision);
        try
        {
            var scan = new NewScan(Guid.NewGuid(), title, facts.MediaType, facts.Pages, held, file.Content);
            await StoreAsync(tenant, scan, stop);
            return new Scan(scan.Id, scan.MediaType, scan.Pages, 0, null, null, time.GetUtcNow().UtcDateTime, null);
        }
        catch
        {
            quotas.Refund(tenant, AddScan.Quota, held);
            throw;
        }
    }

    /// <remarks>
    /// The rows are in the tenant's database, the entry is in the catalog's, and no transaction spans both. So the entry comes
    /// first, asleep; then the rows; then it is woken. Killed after the first step, the entry wakes to find no rows, and is
    /// dropped once it is older than any transaction; the caller got no answer. Killed after the second, it wakes by itself
    /// after its sleep, and the scan is read. With the rows first, a scan without an entry would be found only by looking
    /// into every tenant's tables.
    /// </remarks>
    async Task StoreAsync(Tenant tenant, NewScan scan, CancellationToken stop)
    {
        using var inTime = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await queue.AnnounceAsync(tenant.Id, scan.Id, Sleep, stop);
        inTime.CancelAfter(Sleep / 2);
        try
        {
            await store.AddAsync(scan, inTime.Token);
        }
        catch (Exception e) when (e is TenantStorageExceededException or PostgresException { SqlState: PostgresErrorCodes.DiskFull })
        {
            // Said for certain, and for long, and again and again: the queue is not to fill with what is not there.
            await WithdrawAsync(tenant, scan.Id);
            throw;
        }

        try
        {
            // Whoever hangs up now has a scan all the same.
            await queue.WakeAsync(tenant.Id, scan.Id, CancellationToken.None);
            bell.Ring();
        }
        catch (Exception e) when (e is System.Data.Common.DbException or TimeoutException)
        {
            LogNotWoken(logger, e, scan.Id, Sleep);
        }
    }

    async Task WithdrawAsync(Tenant tenant, Guid scan)
    {
        try
        {
            await queue.WithdrawAsync(tenant.Id, scan, CancellationToken.None);
        }
        catch (Exception e) when (e is System.Data.Common.DbException or TimeoutException)
        {
            LogNotWithdrawn(logger, e, scan);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The scan {Scan} was refused and stays in the queue; it is dropped when it is old.")]
    static partial void LogNotWithdrawn(ILogger logger, Exception error, Guid scan);

    [LoggerMessage(LogLevel.Warning, "The scan {Scan} was stored and not woken; it wakes by itself within {Sleep}.")]
    static partial void LogNotWoken(ILogger logger, Exception error, Guid scan, TimeSpan sleep);
}
