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

    /// <summary>Whether it is about to take a session: only one at a time does.</summary>
    bool _isTaking;

    /// <summary>Whether its session was taken since it began to open: whoever closes it then ends what there is to end.</summary>
    bool _isTaken;

    bool _isStopped;

    /// <summary>The tenure in which work of the application's has the session, which nobody but it can stop.</summary>
    long _lent;

    /// <summary>Whether it was said that it is open.</summary>
    bool _isOpenKnown;

    /// <summary>Begins to work on the session: until that is left, nobody else gets it.</summary>
    internal Presence Work()
    {
        var work = Presence.Of(Session, _tenure) ?? throw Closed();
        // Looked at from inside: whoever ends the transaction sees who is at work, or is seen to end it.
        if (_ambient is not { IsEnding: true } ambient || ambient.IsOver && !IsCurrent(ambient))
            return work;
        work.Dispose();
        throw ScopeEnded();
    }

    /// <summary>The same where it still has a session; none where others are at work on that.</summary>
    internal Presence? WorkAlone(Session session) => ReferenceEquals(_session, session) ? Presence.Alone(session, _tenure) : null;

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
    internal async Task StopAsync(Session session, long tenure, bool async)
    {
        if (Presence.Of(session, tenure) is not { } work)
            return;
        await using (work.ConfigureAwait(false))
        {
            Condemn(tenure);
            if (!Interlocked.Exchange(ref _isStopped, true))
                await StopAsync(work, isClosing: false, async).ConfigureAwait(false);
        }
    }

    /// <summary>The same for the session that it has, if that is still the one.</summary>
    internal Task StopAsync(Session session, bool async) =>
        ReferenceEquals(_session, session) ? StopAsync(session, _tenure, async) : Task.CompletedTask;

    /// <summary>Has nothing else sent until it is opened again, as what became of its transaction is not known.</summary>
    internal void Refuse(Session session)
    {
        if (!ReferenceEquals(_session, session))
            return;
        Condemn(_tenure);
        Volatile.Write(ref _isStopped, true);
    }

    /// <summary>
    /// Asks the server to stop what runs, until nobody else is at work any more, or for long enough. Whoever asks counts as
    /// one at work: the session must not go while the driver asks. Where it is closed meanwhile, whoever does that goes on.
    /// </summary>
    async Task StopAsync(Presence work, bool isClosing, bool async)
    {
        var time = Route.Pool.Budget.Time;
        var (began, pause, occupancy) = (time.GetTimestamp(), 1, work.Session.Occupancy);
        while (occupancy.HasOthers && (isClosing || !occupancy.IsEnded) && time.GetElapsedTime(began) < LongestWait)
        {
            if (time.GetElapsedTime(began) > Grace)
                await CancelAsync(work, LongestWait - time.GetElapsedTime(began), async).ConfigureAwait(false);
            await Patience.PauseAsync(TimeSpan.FromMilliseconds(pause), time, async, CancellationToken.None).ConfigureAwait(false);
            pause = Math.Min(2 * pause, 100);
        }

        // Whoever read has gone, and nobody is to read what he left.
        if (!occupancy.HasOthers && !work.Session.IsReady)
            await CancelAsync(work, LongestWait, async).ConfigureAwait(false);
    }

    /// <summary>Has the driver ask, which it does on a connection of its own, and waits for it no longer than that.</summary>
    async Task CancelAsync(Presence work, TimeSpan patience, bool async)
    {
        if (_sent is not { } sent || patience <= TimeSpan.Zero)
            return;
        var asker = work.Another();
        var asking = Task.Run(() =>
        {
            using (asker)
                sent.Cancel();
        });
        try
        {
            if (async)
                await asking.WaitAsync(patience, Route.Pool.Budget.Time).ConfigureAwait(false);
            else
                asking.Wait(patience);
        }
        catch (TimeoutException)
        {
            // A network that is silent; the session goes once the driver has given up.
        }
    }

    /// <summary>Begins to take a session.</summary>
    /// <exception cref="InvalidOperationException">Another does.</exception>
    void BeginTaking()
    {
        if (Interlocked.Exchange(ref _isTaking, true))
            throw new InvalidOperationException("The connection is being opened already.");
    }

    void EndTaking() => Volatile.Write(ref _isTaking, false);

    /// <summary>Gives the session up on which one is at work, and its transaction. Where others are at work as well, they destroy it.</summary>
    /// <exception cref="InvalidOperationException">The connection was closed meanwhile.</exception>
    async Task DiscardAsync(Presence work, string? reason, TenantTransaction? transaction, bool async)
    {
        if (!TryGiveUp(work.Session))
        {
            await work.LeaveAsync(async).ConfigureAwait(false);
            throw ClosedMeanwhile();
        }

        if (transaction is not null)
            (_transaction, _absent) = (null, transaction);
        if (!work.Session.Occupancy.EndAndLeave())
            return;
        var pool = (TenantPool)work.Session.Pool;
        await (reason is null ? pool.RetireAsync(work.Session, async) : pool.DestroyAsync(work.Session, reason, async)).ConfigureAwait(false);
    }

    /// <summary>Takes a session for an open connection, unless that was closed since.</summary>
    async Task TakeAsync(Session session, int closings, bool async)
    {
        if (Volatile.Read(ref _closings) != closings)
        {
            // Nobody would give it back.
            await ((TenantPool)session.Pool).ReturnAsync(session, async).ConfigureAwait(false);
            throw ClosedMeanwhile();
        }

        Take(session);
        if (Volatile.Read(ref _closings) == closings)
            return;
        await CloseAsync(async).ConfigureAwait(false);
        throw ClosedMeanwhile();
    }

    static InvalidOperationException ClosedMeanwhile() => new("The connection was closed while it waited for a session.");
}
