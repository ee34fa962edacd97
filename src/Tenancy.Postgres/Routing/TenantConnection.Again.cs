using Npgsql;
using IsolationLevel = System.Data.IsolationLevel;

namespace Tenancy;

/// <summary>What is done again on another session, a transaction with it.</summary>
public sealed partial class TenantConnection
{
    /// <summary>A transaction that is being begun again, or could not be: until it is ended nothing else may be sent.</summary>
    TenantTransaction? _absent;

    /// <summary>How often it was closed, for whoever waits for another session.</summary>
    int _closings;

    /// <summary>The driver's connection, if the tenant in scope may use it, and no transaction is missing in which it would be used.</summary>
    internal NpgsqlConnection CheckedInner()
    {
        if (_lent != 0 && _lent == _tenure)
            throw new InvalidOperationException("The connection's session is lent. Use the connection that the work was given.");
        if (_absent is not null)
        {
            throw new InvalidOperationException(
                "The transaction of the connection could not begin, or waits for it. Roll it back, and begin another one.");
        }

        var inner = InnerToBegin();
        CheckNotStopped();
        return inner;
    }

    /// <exception cref="InvalidOperationException">What was at work was stopped from elsewhere.</exception>
    internal void CheckNotStopped()
    {
        if (_isStopped && _inner is not null)
        {
            throw new InvalidOperationException(
                "A reader or a transaction of the connection was ended while it was at work, and what became of it is not known. Close the connection.");
        }
    }

    /// <summary>Whether a transaction was begun for its application, and there is none on the server.</summary>
    internal bool Lacks(TenantTransaction transaction) => ReferenceEquals(_absent, transaction);

    internal void TransactionEnded(TenantTransaction transaction)
    {
        if (ReferenceEquals(_transaction, transaction))
            _transaction = null;
        Interlocked.CompareExchange(ref _absent, null, transaction);
    }

    /// <summary>Whether a message that did nothing may be sent again: outside transactions, or as the first one of a transaction.</summary>
    internal bool CanDoAgain => CanReplace
        || !_isStopped && _transaction is { CanBeginAgain: true } && _ambient is null && System.Transactions.Transaction.Current is null;

    /// <summary>The transaction that the application has.</summary>
    internal TenantTransaction? Transaction => _transaction;

    /// <summary>
    /// Replaces the connection below after a message that did nothing, and begins the transaction again in which it was the
    /// first, if there was one.
    /// </summary>
    internal Task DoAgainAsync(TenantTransaction? transaction, Presence work, string reason, bool async, CancellationToken cancellationToken) =>
        transaction is null
            ? ReplaceAsync(work, reason, null, async, cancellationToken)
            : BeginAgainAsync(transaction, work, reason, async, cancellationToken);

    async Task BeginAgainAsync(TenantTransaction transaction, Presence failed, string reason, bool async, CancellationToken cancellationToken)
    {
        var closings = await ReplaceAsync(failed, reason, transaction, async, cancellationToken).ConfigureAwait(false);
        try
        {
            var (driver, work) = await BeginAsync(transaction.Asked, async, cancellationToken).ConfigureAwait(false);
            try
            {
                var isAbsent = ReferenceEquals(Interlocked.CompareExchange(ref _absent, null, transaction), transaction);
                transaction.GoOn(driver, work);
                _transaction = transaction;
                if (!isAbsent || transaction.IsEnded)
                    throw new InvalidOperationException("The transaction was ended while its first statement waited.");
            }
            finally
            {
                await work.LeaveAsync(async).ConfigureAwait(false);
            }
        }
        catch when (_closings == closings)
        {
            // What the application sends next as a part of its transaction must not be committed by itself: it is refused
            // until the transaction is ended. An open connection is not opened again by whoever finds it closed.
            var isEnded = !Lacks(transaction);
            Condemn(_tenure);
            if (isEnded || _session is not { IsReady: true })
                await CloseAsync(async).ConfigureAwait(false);
            if (!isEnded)
                _absent = transaction;
            throw;
        }
    }

    /// <summary>
    /// Destroys the connection below, on which one is at work, and leases another; for one that reads from a standby, at the
    /// primary. Until it is begun again the transaction is absent.
    /// </summary>
    /// <returns>How often it had been closed.</returns>
    internal async Task<int> ReplaceAsync(
        Presence work, string reason, TenantTransaction? transaction, bool async, CancellationToken cancellationToken)
    {
        try
        {
            BeginTaking();
        }
        catch
        {
            await work.LeaveAsync(async).ConfigureAwait(false);
            throw;
        }

        var closings = _closings;
        try
        {
            await DiscardAsync(work, reason, transaction, async).ConfigureAwait(false);
            if (Route is { Replica: not null, Ordinary: { } ordinary })
                _route = await _router.Readers.ToAsync(ordinary, null, async, cancellationToken).ConfigureAwait(false);
            var (pool, share) = (Route.Pool, Route.Share);
            var session = async ? await pool.LeaseAsync(share, cancellationToken).ConfigureAwait(false) : pool.Lease(share);
            await TakeAsync(session, closings, async).ConfigureAwait(false);
            return closings;
        }
        finally
        {
            // Closed meanwhile, it lacks nothing; and nobody opens it before this.
            if (_closings != closings)
                _absent = null;
            EndTaking();
        }
    }

    /// <summary>Begins a transaction of the driver's. Whoever does is at work, until it is noted whose it is.</summary>
    async Task<(NpgsqlTransaction Driver, Presence Work)> BeginAsync(IsolationLevel isolationLevel, bool async, CancellationToken cancellationToken)
    {
        _ = InnerToBegin();
        if (AreSlotsShort && !IsInTransaction)
            return await SlotTransactions.BeginAsync(this, isolationLevel, async, cancellationToken).ConfigureAwait(false);
        return await BeginHereAsync(isolationLevel, async, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The same on the session there is, without a slot.</summary>
    internal async Task<(NpgsqlTransaction Driver, Presence Work)> BeginHereAsync(IsolationLevel isolationLevel, bool async, CancellationToken cancellationToken)
    {
        var work = Work();
        try
        {
            var driver = async
                ? await work.Session.Connection.BeginTransactionAsync(isolationLevel, cancellationToken).ConfigureAwait(false)
                : work.Session.Connection.BeginTransaction(isolationLevel);
            return (driver, work);
        }
        catch
        {
            await work.LeaveAsync(async).ConfigureAwait(false);
            throw;
        }
    }
}
