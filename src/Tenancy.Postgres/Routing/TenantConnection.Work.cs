using Npgsql;

namespace Tenancy;

/// <summary>What becomes of work that goes on while its connection is closed, or opened.</summary>
public sealed partial class TenantConnection
{
    /// <summary>Who closes a connection at work waits so long for the work to end. The driver gives up an answer sooner.</summary>
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Work that was just begun is given so long before it is cancelled: a cancellation that reaches the server before the
    /// statement does is lost, and the driver asks once.
    /// </summary>
    static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(25);

    /// <summary>What was sent last, to be cancelled.</summary>
    ScopedBatch? _sent;

    long _tenure;
    int _opening;
    bool _isStopped;

    /// <summary>Whether work of the application's has the session, which nobody but it can stop.</summary>
    bool _isLent;

    /// <summary>The number of the connection's tenure of its session; see <see cref="Occupancy"/>.</summary>
    internal long Tenure => _tenure;

    /// <summary>Begins to work on the session: until that is left, nobody else gets it.</summary>
    internal Presence Work()
    {
        var session = Session;
        return session.Occupancy.TryEnter(_tenure) ? new Presence(session) : throw Closed();
    }

    /// <summary>The same for what only one can do, as ending a reader or a transaction; none where others are at work.</summary>
    internal Presence? WorkAlone() =>
        _session is { } session && session.Occupancy.TryEnterAlone(_tenure) ? new Presence(session) : null;

    /// <summary>Notes what is sent, and that a message is made, to be sent in the transaction there is.</summary>
    internal void Send(ScopedBatch scope)
    {
        _sent = scope;
        _transaction?.CountMessage();
    }

    /// <summary>
    /// Has the work stopped whose reader or transaction was disposed of, on another thread, or by whoever did not wait for it.
    /// Nothing else can be sent until the connection is opened again.
    /// </summary>
    internal async Task StopAsync(bool async)
    {
        _isStopped = true;
        Condemn();
        if (_session is not { } session || !session.Occupancy.TryEnter(_tenure))
            return;
        await using (new Presence(session).ConfigureAwait(false))
            await StopAsync(session, async).ConfigureAwait(false);
    }

    /// <summary>
    /// Asks the server to stop what runs, until nobody else is at work any more, or for long enough. Whoever asks counts as
    /// one at work: the session must not go while the driver asks.
    /// </summary>
    async Task StopAsync(Session session, bool async)
    {
        var time = Route.Pool.Budget.Time;
        var began = time.GetTimestamp();
        for (var pause = 1; session.Occupancy.HasOthers && time.GetElapsedTime(began) < LongestWait; pause = Math.Min(2 * pause, 100))
        {
            // The driver asks on another connection, and waits until the server was told. What was not sent by then is asked for again.
            if (time.GetElapsedTime(began) > Grace && _sent is { } sent)
                await (async ? Task.Run(sent.Cancel) : Now(sent)).ConfigureAwait(false);
            await Patience.PauseAsync(TimeSpan.FromMilliseconds(pause), time, async, CancellationToken.None).ConfigureAwait(false);
        }

        static Task Now(ScopedBatch sent)
        {
            sent.Cancel();
            return Task.CompletedTask;
        }
    }

    /// <summary>Gives the session up; who destroys it, if others are at work on it, are they.</summary>
    async Task DiscardAsync(string? reason, bool async)
    {
        var session = GiveUp();
        if (!session.Occupancy.End())
        {
            await new Presence(session).LeaveAsync(async).ConfigureAwait(false);
            return;
        }

        await (reason is null ? Route.Pool.RetireAsync(session, async) : Route.Pool.DestroyAsync(session, reason, async)).ConfigureAwait(false);
    }

    /// <summary>Takes a session for an open connection, unless that was closed since.</summary>
    async Task TakeAsync(Session session, int closings, bool async)
    {
        Take(session);
        if (Volatile.Read(ref _closings) == closings)
            return;
        await CloseAsync(async).ConfigureAwait(false);
        throw ClosedMeanwhile();
    }

    static InvalidOperationException ClosedMeanwhile() => new("The connection was closed while it waited for a session.");
}
