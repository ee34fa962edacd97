using Npgsql;

namespace Tenancy;

/// <summary>What becomes of the session when a connection is closed.</summary>
public sealed partial class TenantConnection
{
    async Task CloseAsync(bool async)
    {
        Interlocked.Increment(ref _closings);
        _absent = null;
        // At once: two that close the same connection must not both give it back.
        if (Interlocked.Exchange(ref _session, null) is not { } session)
            return;
        var tenure = _tenure;
        if (session.Occupancy.End())
            await CloseIdleAsync(session, async).ConfigureAwait(false);
        else
            await CloseAtWorkAsync(new Presence(session, tenure), async).ConfigureAwait(false);
        if (_isOpenKnown)
        {
            _isOpenKnown = false;
            OnStateChange(OpenToClosed);
        }
    }

    /// <summary>Has what runs stopped, and leaves the session to whoever is the last on it.</summary>
    async Task CloseAtWorkAsync(Presence work, bool async)
    {
        try
        {
            if (Volatile.Read(ref _lent) != work.Tenure)
                await StopAsync(work, isClosing: true, async).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Exchange(ref _ambient, null)?.Leave(this, null);
            Forget();
            await work.LeaveAsync(async).ConfigureAwait(false);
        }
    }

    void Forget()
    {
        (_inner, _reader, _transaction) = (null, null, null);
        Lease++;
    }

    async Task CloseIdleAsync(Session session, bool async)
    {
        // Looked at again: closing the reader may have failed.
        var clean = !_condemned && await EndAsync(session, async).ConfigureAwait(false) && !_condemned;
        var ambient = Interlocked.Exchange(ref _ambient, null);
        // From here on it may be opened again, and all that it has is the next session's.
        Forget();
        if (ambient is not null && ambient.Leave(this, clean ? session : null))
            return; // It waits there for the next connection in the same transaction, or its end.
        var pool = (TenantPool)session.Pool;
        await (clean ? pool.ReturnAsync(session, async) : pool.DestroyAsync(session, "unexpected", async)).ConfigureAwait(false);
    }

    /// <summary>Closes the reader that is open; its errors are nobody's any more.</summary>
    internal async Task EndReaderAsync(bool async)
    {
        try
        {
            if (_reader is { } reader)
                await reader.CloseWithConnectionAsync(async).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException or OperationCanceledException or IOException)
        {
            // As the driver does where a transaction is disposed of.
        }
    }

    /// <summary>Ends what the lease left open: a reader, a transaction. False where the session is not to be trusted after it.</summary>
    async Task<bool> EndAsync(Session session, bool async)
    {
        try
        {
            if (_reader is { } reader)
                await reader.CloseWithConnectionAsync(async).ConfigureAwait(false);
            if (_transaction is { } transaction)
                await transaction.AbandonAsync(session, async).ConfigureAwait(false);
            return session.IsReady;
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException or OperationCanceledException or IOException)
        {
            // Whatever it was, nobody waits for it any more; the session goes.
            return false;
        }
    }
}
