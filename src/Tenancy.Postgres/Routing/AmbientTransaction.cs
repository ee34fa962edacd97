using System.Collections.Concurrent;
using System.Transactions;
using Npgsql;

namespace Tenancy;

/// <summary>
/// A transaction of System.Transactions, as one session of one tenant takes part in it. The session stays with it until it
/// is over, whoever opens and closes connections meanwhile; a second session would make it a prepared transaction, which
/// outlives whoever prepared it.
/// </summary>
internal sealed class AmbientTransaction : ISinglePhaseNotification
{
    const string Lost = "The connection was lost, and with it what the transaction had done.";

    static readonly ConcurrentDictionary<string, AmbientTransaction> Known = new(StringComparer.Ordinal);

    readonly Lock _gate = new();
    readonly string _name;
    readonly TenantId _tenant;
    TenantConnection? _open;
    Session? _session;
    NpgsqlTransaction? _local;
    bool _claimed;
    bool _ending;
    bool _lost;

    AmbientTransaction(string name, TenantId tenant)
    {
        _name = name;
        _tenant = tenant;
    }

    /// <summary>Whether one of that name is going on.</summary>
    internal static bool Knows(string name) => Known.ContainsKey(name);

    /// <summary>Whether it has been committed or rolled back, or is just being so.</summary>
    public bool IsEnding => Volatile.Read(ref _ending);

    /// <summary>Whether it has been committed or rolled back.</summary>
    public bool IsOver { get; private set; }

    /// <summary>The session that takes part, for the connection that is being opened; none where it is the first.</summary>
    public Session? Waiting => _session;

    /// <summary>Notes that a connection is about to take part.</summary>
    /// <exception cref="InvalidOperationException">It belongs to another tenant, or has another connection open.</exception>
    public static AmbientTransaction Enter(Transaction transaction, TenantConnection connection)
    {
        var tenant = connection.Route.Tenant.Id;
        var name = transaction.TransactionInformation.LocalIdentifier;
        var made = new AmbientTransaction(name, tenant);
        var known = Known.GetOrAdd(name, made);
        if (ReferenceEquals(known, made))
        {
            // Called at once where the transaction is over already.
            transaction.TransactionCompleted += (_, _) => known.Forget();
        }

        if (known._tenant != tenant)
        {
            throw new InvalidOperationException(
                "The TransactionScope belongs to another tenant. Give each tenant a scope of its own: TransactionScopeOption.RequiresNew.");
        }

        if (known._lost)
        {
            // A second session would begin anew, without what the first one did.
            throw new InvalidOperationException(
                "The connection of the TransactionScope was lost, and with it what the transaction had done. Begin again with a scope of its own.");
        }

        if (Interlocked.CompareExchange(ref known._open, connection, null) is { } other && !ReferenceEquals(other, connection))
        {
            throw new InvalidOperationException(
                "Another connection is open in the TransactionScope, and two would need a prepared transaction. Close it first, or share it.");
        }

        return known;
    }

    /// <summary>Takes the session that waits here, if one does: from now on its end leaves it to the connection.</summary>
    /// <exception cref="InvalidOperationException">The transaction is being ended just now.</exception>
    public Session? Claim()
    {
        lock (_gate)
        {
            if (_ending && _session is not null)
                throw new InvalidOperationException("The TransactionScope has ended. Begin again with another.");
            _claimed = _session is not null;
            return _session;
        }
    }

    /// <summary>Whether this is it.</summary>
    public bool Is(Transaction transaction) => transaction.TransactionInformation.LocalIdentifier == _name;

    /// <summary>Begins on the first session; on the one that waited here, goes on.</summary>
    public void Begin(Session session, Transaction transaction)
    {
        if (ReferenceEquals(_session, session))
            return;
        if (_session is not null)
            throw new InvalidOperationException("Another connection takes part in the transaction. Open this one inside it.");
        _local = session.Connection.BeginTransaction(LevelOf(transaction.IsolationLevel));
        // Before it takes part: it may be ended at once, on another thread.
        (_session, _claimed) = (session, true);
        try
        {
            transaction.EnlistVolatile(this, EnlistmentOptions.None);
        }
        catch
        {
            // It was over before it began here.
            (_session, _claimed) = (null, false);
            DriverTransaction.EndAsync(session, _local, async: false).GetAwaiter().GetResult();
            throw;
        }
    }

    /// <summary>Notes that a connection was closed. Whether its session stays here; one that cannot be used is lost.</summary>
    public bool Leave(TenantConnection connection, Session? session)
    {
        lock (_gate)
        {
            Interlocked.CompareExchange(ref _open, null, connection);
            _claimed = false;
            if (IsOver || _session is null)
                return false;
            if (session is not null)
                return true;
            _session = null;
            _lost = true;
            return false;
        }
    }

    public void SinglePhaseCommit(SinglePhaseEnlistment singlePhaseEnlistment)
    {
        if (_lost)
        {
            Finish(commits: false);
            singlePhaseEnlistment.Aborted(new InvalidOperationException(Lost));
            return;
        }

        try
        {
            Finish(commits: true);
            singlePhaseEnlistment.Committed();
        }
        catch (Exception e) when (e is PostgresException or InvalidOperationException or NpgsqlOperationInProgressException)
        {
            // Refused by the server, or before anything was sent.
            singlePhaseEnlistment.Aborted(e);
        }
        catch (Exception e)
        {
            // Whether the server committed before the connection was lost, nobody knows.
            singlePhaseEnlistment.InDoubt(e);
        }
    }

    public void Prepare(PreparingEnlistment preparingEnlistment)
    {
        TryRollback();
        preparingEnlistment.ForceRollback(new NotSupportedException(
            "A tenant's connection takes part in a transaction alone: two resources would need a prepared transaction, which outlives whoever prepared it."));
    }

    public void Commit(Enlistment enlistment) => enlistment.Done();

    public void Rollback(Enlistment enlistment)
    {
        TryRollback();
        enlistment.Done();
    }

    public void InDoubt(Enlistment enlistment) => enlistment.Done();

    void TryRollback()
    {
        try
        {
            Finish(commits: false);
        }
        catch (Exception)
        {
            // The session is destroyed, and the server rolls back. A timer may have called, whose errors end the process.
        }
    }

    /// <summary>Ends the transaction on the session, which then belongs to the open connection again, or to its pool.</summary>
    void Finish(bool commits)
    {
        var (ended, answered) = (false, false);
        try
        {
            if (_local is { } local)
                End(local, commits);
            ended = true;
        }
        catch (PostgresException)
        {
            answered = true;
            throw;
        }
        finally
        {
            Session? session;
            lock (_gate)
            {
                _session?.Acknowledge();
                if (!ended)
                    _session?.Spoil();
                if (!ended && !answered && _session is not null)
                    _open?.Refuse(_session);
                IsOver = true;
                session = _claimed ? null : _session;
                _session = null;
            }

            // Called by the end of a transaction, which knows no other way than the synchronous one.
            if (session is { Pool: TenantPool pool })
                (ended ? pool.ReturnAsync(session, async: false) : pool.DestroyAsync(session, "transaction", async: false)).GetAwaiter().GetResult();
        }
    }

    /// <summary>
    /// Ends it on a session that nobody is at work on. A timer's thread may call while a statement runs, or a reader is open:
    /// that is stopped, and the session goes.
    /// </summary>
    void End(NpgsqlTransaction local, bool commits)
    {
        TenantConnection? open;
        Session? session;
        lock (_gate)
        {
            Volatile.Write(ref _ending, true);
            (open, session) = (_claimed ? _open : null, _session);
        }

        if (session is null)
        {
            // Lost just now.
            if (commits)
                throw new InvalidOperationException(Lost);
        }
        else if (open is null)
        {
            Tell(local, commits);
        }
        else if (!open.IsReading && open.WorkAlone(session) is { } work)
        {
            using (work)
                Tell(local, commits);
        }
        else
        {
            session.Spoil();
            // Not waited for: the timer has other transactions to end, and rows that nobody reads may be many.
            _ = open.StopAsync(session, async: true);
            throw new InvalidOperationException("The connection was at work when its transaction ended.");
        }
    }

    static void Tell(NpgsqlTransaction local, bool commits)
    {
        if (commits)
            local.Commit();
        else
            local.Rollback();
    }

    void Forget()
    {
        // Only that: whether it is over for the session is said when the session was told.
        Known.TryRemove(_name, out _);
    }

    static System.Data.IsolationLevel LevelOf(IsolationLevel level) => level switch
    {
        IsolationLevel.ReadCommitted => System.Data.IsolationLevel.ReadCommitted,
        IsolationLevel.ReadUncommitted => System.Data.IsolationLevel.ReadUncommitted,
        IsolationLevel.RepeatableRead => System.Data.IsolationLevel.RepeatableRead,
        IsolationLevel.Serializable => System.Data.IsolationLevel.Serializable,
        IsolationLevel.Snapshot => System.Data.IsolationLevel.Snapshot,
        _ => System.Data.IsolationLevel.Unspecified,
    };
}
