using System.Data;

namespace Tenancy;

// Whoever reads is at work on the session, so that nobody who closes the reader or its connection meanwhile reads what he
// waits for, or hands the session on.
public sealed partial class TenantDataReader
{
    int _reading;
    bool _closesConnection;

    /// <summary>Begins to read; false where the reader is closed, or its lease over.</summary>
    internal bool TryEnter()
    {
        if (_closed || !_scope.Session.Occupancy.TryEnter(_scope.Tenure))
            return false;
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

    /// <summary>Reads for as long as it is not disposed; nothing where all of the row is here.</summary>
    internal ReadingColumn Reading()
    {
        if (!IsStreamed)
            return default;
        Enter();
        return new ReadingColumn(this);
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
            return;
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
        if (async)
            await _connection.CloseAsync().ConfigureAwait(false);
        else
            _connection.Close();
    }

    /// <summary>Somebody's reading a column, which ends by disposing.</summary>
    internal readonly struct ReadingColumn(TenantDataReader? reader) : IDisposable
    {
        public void Dispose() => reader?.Leave();
    }
}
