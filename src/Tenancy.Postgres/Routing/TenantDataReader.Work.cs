using System.Data;

namespace Tenancy;

// Whoever reads is at work on the session, so that nobody who closes the reader or its connection meanwhile reads what he
// waits for, or hands the session on.
public sealed partial class TenantDataReader
{
    int _reading;
    bool _closesConnection;

    /// <summary>Begins to read.</summary>
    internal void Enter()
    {
        if (_closed || !_scope.Session.Occupancy.TryEnter(_scope.Tenure))
            throw Closed();
        _reading++;
    }

    /// <summary>Ends what <see cref="Enter"/> began.</summary>
    internal ValueTask LeaveAsync(bool async)
    {
        _reading--;
        var left = new Presence(_scope.Session).LeaveAsync(async);
        return _closesConnection && _reading == 0 ? CloseConnectionAsync(left, async) : left;
    }

    /// <summary>The same for what ends at once.</summary>
    internal void Leave() => LeaveAsync(async: false).AsTask().GetAwaiter().GetResult();

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

    /// <summary>Closes the reader for a connection that is being closed, and on whose session nobody is at work.</summary>
    internal Task CloseWithConnectionAsync(bool async) =>
        Interlocked.Exchange(ref _closed, true) ? Task.CompletedTask : EndAsync(async);

    async Task CloseAsync(bool async)
    {
        if (Interlocked.Exchange(ref _closed, true))
            return;
        try
        {
            if (_scope.Session.Occupancy.TryEnterAlone(_scope.Tenure))
            {
                try
                {
                    await EndAsync(async).ConfigureAwait(false);
                }
                finally
                {
                    await new Presence(_scope.Session).LeaveAsync(async).ConfigureAwait(false);
                }
            }
            else if (!IsLeaseOver)
            {
                await _connection.StopAsync(async).ConfigureAwait(false);
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
}
