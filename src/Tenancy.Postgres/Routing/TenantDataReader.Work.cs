using System.Data;

namespace Tenancy;

// Whoever reads is at work on the session, so that nobody who closes the reader or its connection meanwhile reads what he
// waits for, or hands the session on.
public sealed partial class TenantDataReader
{
    int _reading;
    bool _looking;
    bool _closesConnection;

    /// <summary>Begins to read; false where the reader is closed, or its lease over.</summary>
    internal bool TryEnter()
    {
        if (Presence.Of(_scope.Session, _scope.Tenure) is not { } work)
            return false;
        // Looked at from inside: whoever closes the reader sees who is at work, or is seen to have closed it.
        if (Volatile.Read(ref _closed))
        {
            work.Dispose();
            return false;
        }

        _reading++;
        return true;
    }

    /// <summary>Begins to read.</summary>
    internal void Enter()
    {
        if (!TryEnter())
            throw Closed();
    }

    /// <summary>Ends what <see cref="Enter"/> began.</summary>
    internal ValueTask LeaveAsync(bool async)
    {
        _reading--;
        var left = new Presence(_scope.Session, _scope.Tenure).LeaveAsync(async);
        return _closesConnection && _reading == 0 ? CloseConnectionAsync(left, async) : left;
    }

    /// <summary>The same for what ends at once.</summary>
    internal void Leave() => LeaveAsync(async: false).AsTask().GetAwaiter().GetResult();

    /// <summary>Reads a column for as long as it is not disposed.</summary>
    internal ReadingColumn Reading()
    {
        if (!IsStreamed)
            return Looking();
        Enter();
        return new ReadingColumn(this, isLooking: false);
    }

    /// <summary>Looks at what the driver has: whoever closes the reader waits for it, or is seen to have closed it.</summary>
    ReadingColumn Looking()
    {
        Volatile.Write(ref _looking, true);
        Interlocked.MemoryBarrier();
        return new ReadingColumn(this, isLooking: true);
    }

    void Looked() => Volatile.Write(ref _looking, false);

    /// <summary>Waits for whoever looks at a column just now, on another thread: the driver shows the next lease's on the same reader.</summary>
    void AwaitLooking()
    {
        for (var wait = new SpinWait(); Volatile.Read(ref _looking);)
            wait.SpinOnce();
    }

    /// <summary>Waits for what was begun after <see cref="Enter"/>, and leaves.</summary>
    internal async Task<T> WorkAsync<T>(Task<T> work)
    {
        try
        {
            return await work.ConfigureAwait(false);
        }
        finally
        {
            await LeaveAsync(async: true).ConfigureAwait(false);
        }
    }

    /// <summary>Closes the reader for whoever has its session alone: a connection that is being closed, a transaction that ends.</summary>
    internal Task CloseWithConnectionAsync(bool async) =>
        Interlocked.Exchange(ref _closed, true) ? Task.CompletedTask : EndAsync(async);

    async Task CloseAsync(bool async)
    {
        if (Interlocked.Exchange(ref _closed, true))
        {
            // By a transaction that was disposed of first.
            await CloseConnectionLaterAsync(async).ConfigureAwait(false);
            return;
        }

        try
        {
            if (Presence.Alone(_scope.Session, _scope.Tenure) is { } work)
            {
                try
                {
                    await EndAsync(async).ConfigureAwait(false);
                }
                finally
                {
                    await work.LeaveAsync(async).ConfigureAwait(false);
                }
            }
            else
            {
                await _connection.StopAsync(_scope.Session, _scope.Tenure, async).ConfigureAwait(false);
            }
        }
        finally
        {
            if ((_behavior & CommandBehavior.CloseConnection) != 0)
                await CloseConnectionAsync(default, async).ConfigureAwait(false);
        }
    }

    /// <summary>Closes the connection where it was asked to go with the reader; for one who reads, once he has left.</summary>
    ValueTask CloseConnectionLaterAsync(bool async)
    {
        if ((_behavior & CommandBehavior.CloseConnection) == 0)
            return default;
        if (_reading == 0)
            return CloseConnectionAsync(default, async);
        _closesConnection = true;
        return default;
    }

    async ValueTask CloseConnectionAsync(ValueTask first, bool async)
    {
        _closesConnection = false;
        await first.ConfigureAwait(false);
        if (IsLeaseOver)
            return;
        if (async)
            await _connection.CloseAsync().ConfigureAwait(false);
        else
            _connection.Close();
    }

    /// <summary>Somebody's reading a column, which ends by disposing.</summary>
    internal readonly struct ReadingColumn(TenantDataReader reader, bool isLooking) : IDisposable
    {
        public void Dispose()
        {
            if (isLooking)
                reader.Looked();
            else
                reader.Leave();
        }
    }
}
