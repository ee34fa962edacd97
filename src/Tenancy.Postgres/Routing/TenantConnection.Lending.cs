namespace Tenancy;

/// <summary>What the driver's own connection is lent for (<c>UseNpgsqlAsync</c>).</summary>
public sealed partial class TenantConnection
{
    /// <summary>Lends the connection below, and leases another for what comes after.</summary>
    /// <exception cref="InvalidOperationException">It is in a transaction, or is being read from.</exception>
    internal async Task<T> LendAsync<T>(Func<Session, Task<T>> use, CancellationToken cancellationToken)
    {
        _ = CheckedInner();
        if (!CanReplace || IsReading)
        {
            throw new InvalidOperationException(
                "The connection is in a transaction or a reader is open, which the work would be no part of. End that first, or call UseNpgsqlAsync on TenantDataSource.");
        }

        var (closings, work) = (_closings, Work());
        // Whoever closes it meanwhile must not give it back: the work is still on it.
        Condemn(work.Tenure);
        Volatile.Write(ref _lent, work.Tenure);
        try
        {
            var result = await use(work.Session).ConfigureAwait(false);
            return _closings == closings ? result : throw new InvalidOperationException(
                "The connection was closed while its session was lent. What the work committed stays.");
        }
        finally
        {
            Interlocked.CompareExchange(ref _lent, 0, work.Tenure);
            if (_closings != closings || Interlocked.Exchange(ref _isTaking, true))
                await work.LeaveAsync(async: true).ConfigureAwait(false);
            else
                await TakeAnotherAsync(work, closings, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends the session that was lent and takes another, unless the connection was closed since.</summary>
    async Task TakeAnotherAsync(Presence work, int closings, CancellationToken cancellationToken)
    {
        try
        {
            await DiscardAsync(work, null, null, async: true).ConfigureAwait(false);
            await TakeAsync(await Route.Pool.LeaseAsync(Route.Share, cancellationToken).ConfigureAwait(false), closings, async: true).ConfigureAwait(false);
        }
        finally
        {
            EndTaking();
        }
    }
}
