using Tenancy;

namespace Inbox.Scans.Queue;

/// <summary>Which scans are to be read, of all tenants: so that a worker finds the next one without visiting any of them.</summary>
interface IScanQueue
{
    /// <summary>Notes a scan whose rows are about to be written. It sleeps until it is woken, or until the time is over.</summary>
    Task AnnounceAsync(TenantId tenant, Guid scan, TimeSpan sleep, CancellationToken stop);

    /// <summary>The rows are there: whoever is free may begin.</summary>
    Task WakeAsync(TenantId tenant, Guid scan, CancellationToken stop);

    /// <summary>There will be no rows: what was announced was refused.</summary>
    Task WithdrawAsync(TenantId tenant, Guid scan, CancellationToken stop);

    /// <summary>Takes the next scan for a time, or none: of the tenant of which the fewest are being read, the oldest.</summary>
    Task<ScanLease?> TakeAsync(TimeSpan time, CancellationToken stop);

    /// <summary>Keeps a scan for longer; false where somebody else has it by now.</summary>
    /// <param name="lease">The scan.</param>
    /// <param name="time">For how long from now on.</param>
    /// <param name="progressed">A page came: the attempts before are forgotten.</param>
    /// <param name="stop">Ends it.</param>
    Task<bool> RenewAsync(ScanLease lease, TimeSpan time, bool progressed, CancellationToken stop);

    /// <summary>Gives a scan back, to be taken again after a while.</summary>
    /// <param name="lease">The scan.</param>
    /// <param name="after">The while.</param>
    /// <param name="counts">Whether this attempt counts: not where it was nobody's fault.</param>
    /// <param name="stop">Ends it.</param>
    Task ReleaseAsync(ScanLease lease, TimeSpan after, bool counts, CancellationToken stop);

    /// <summary>There is no more to do.</summary>
    Task RemoveAsync(ScanLease lease, CancellationToken stop);
}

/// <summary>A scan that a worker has for a time.</summary>
/// <param name="Tenant">Whose it is.</param>
/// <param name="Scan">Its id.</param>
/// <param name="Token">Tells this taking from every other.</param>
/// <param name="Attempts">How often it was taken since a page of it came, this time included.</param>
/// <param name="Age">For how long it has been in the queue.</param>
sealed record ScanLease(TenantId Tenant, Guid Scan, Guid Token, int Attempts, TimeSpan Age);
