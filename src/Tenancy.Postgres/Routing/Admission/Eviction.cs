namespace Tenancy;

/// <summary>
/// Counts the connections under one budget, and chooses which idle one is closed to make room. Who gets the room is the
/// budget's to decide, and closing is left to it as well: nothing here waits. Guarded by the budget's lock.
/// </summary>
internal sealed class Eviction(TimeProvider time)
{
    /// <summary>The server frees a slot some milliseconds after the client has closed; until then it counts.</summary>
    static readonly TimeSpan Lingering = TimeSpan.FromMilliseconds(25);

    /// <summary>How long one waits for a connection of its own database before another's is closed: what that would take.</summary>
    public static readonly TimeSpan Worthwhile = TimeSpan.FromMilliseconds(30);

    readonly HashSet<SessionPool> _populated = [];
    readonly Queue<long> _lingering = new();
    int _open;

    /// <summary>Connections that are open, or about to be. May be read without the lock.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Connections closed so short a time ago that the server may still count them.</summary>
    public int Closed => _lingering.Count;

    public int Used => _open + _lingering.Count;

    /// <summary>The pools that have a connection.</summary>
    public IReadOnlyCollection<SessionPool> Populated => _populated;

    public static bool MayOpen(Waiter waiter) => waiter.Pool.Idle.Count == 0 && waiter.Pool.Open < waiter.Pool.Capacity;

    /// <summary>Whether nothing will become free for it unless another database's connection is closed.</summary>
    public static bool IsCold(Waiter waiter) => MayOpen(waiter) && (waiter.Pool.Open == 0 || !waiter.Pool.KeepsIdle);

    /// <summary>
    /// Whether it has waited so long for the connections of its own database that closing another's would have been
    /// quicker; only one that nobody has needed for as long, or all would take each other's.
    /// </summary>
    public static bool IsPatient(Waiter waiter) => MayOpen(waiter) && !IsCold(waiter) && waiter.Waited >= Worthwhile;

    public static bool MayEvict(Waiter waiter) => IsCold(waiter) || IsPatient(waiter);

    /// <summary>Counts one that is about to be opened.</summary>
    public void Opens(SessionPool pool)
    {
        _open++;
        pool.Open++;
        _populated.Add(pool);
    }

    /// <summary>Counts one that is gone. Its slot lingers for the time returned.</summary>
    public TimeSpan Gone(SessionPool pool)
    {
        _open--;
        var now = time.GetTimestamp();
        if (--pool.Open == 0)
        {
            _populated.Remove(pool);
            pool.EmptySince = now;
        }

        _lingering.Enqueue(now);
        return Lingering;
    }

    /// <summary>Frees the slots that lingered long enough, and says when the next one will have; none where none lingers.</summary>
    public TimeSpan? Settle()
    {
        while (_lingering.TryPeek(out var closed) && time.GetElapsedTime(closed) >= Lingering)
            _lingering.Dequeue();
        return _lingering.TryPeek(out var next) ? Lingering - time.GetElapsedTime(next) : null;
    }

    /// <summary>
    /// Takes an idle session of another database, of one that keeps others if there is any. A database loses its only one
    /// to one that has none, never to one that only wants more: opening costs more than waiting, and would be met by waits.
    /// </summary>
    public Session? TakeFor(Waiter waiter)
    {
        if (IsCold(waiter))
            return TakeOldest(static pool => pool.Open > 1, TimeSpan.Zero) ?? TakeOldest();
        return _lingering.Count == 0 ? TakeOldest(static pool => pool.Open > 1, Worthwhile) : null;
    }

    /// <summary>Takes the session that has been idle for longest.</summary>
    public Session? TakeOldest() => TakeOldest(static _ => true, TimeSpan.Zero);

    Session? TakeOldest(Func<SessionPool, bool> of, TimeSpan atLeast)
    {
        while (true)
        {
            Session? oldest = null;
            foreach (var pool in _populated)
            {
                if (of(pool) && pool.Idle.Oldest() is { } candidate && (oldest is null || candidate.Since < oldest.Since))
                    oldest = candidate;
            }

            if (oldest is null || time.GetElapsedTime(oldest.Since) < atLeast)
                return null;
            if (oldest.Pool.Idle.Take(oldest))
                return oldest;
        }
    }
}
