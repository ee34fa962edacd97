namespace Tenancy;

/// <summary>
/// Idle sessions, without a lock. The first free place is taken and the first full one emptied, so that sessions which
/// are not needed stay at the far end and grow old there.
/// </summary>
internal sealed class SessionStack(int capacity)
{
    readonly Session?[] _places = new Session?[capacity];
    int _count;

    public int Count => Volatile.Read(ref _count);

    public Session? Take()
    {
        if (Count == 0)
            return null;
        foreach (ref var place in _places.AsSpan())
        {
            if (place is not null && Interlocked.Exchange(ref place, null) is { } session)
            {
                Interlocked.Decrement(ref _count);
                return session;
            }
        }

        return null;
    }

    /// <summary>
    /// Takes the one on which a tenant's own tables were used last, and else the one that was not needed for longest: what a
    /// session prepared for a tenant's tables is planned anew when another's search_path comes.
    /// </summary>
    public Session? Take(TenantShare share)
    {
        if (!share.HasOwnRelations)
            return Take();
        foreach (ref var place in _places.AsSpan())
        {
            if (Volatile.Read(ref place) is { } session && session.Visitor == share && Take(session))
                return session;
        }

        while (Oldest() is { } oldest)
        {
            if (Take(oldest))
                return oldest;
        }

        return null;
    }

    /// <summary>Takes this one, if it is still there.</summary>
    public bool Take(Session session)
    {
        foreach (ref var place in _places.AsSpan())
        {
            if (ReferenceEquals(place, session))
            {
                if (!ReferenceEquals(Interlocked.CompareExchange(ref place, null, session), session))
                    return false;
                Interlocked.Decrement(ref _count);
                return true;
            }
        }

        return false;
    }

    public void Keep(Session session)
    {
        // Counted first: who sees the count and finds nothing looks again, who finds none counted would sleep.
        Interlocked.Increment(ref _count);
        while (true)
        {
            foreach (ref var place in _places.AsSpan())
            {
                if (place is null && Interlocked.CompareExchange(ref place, session, null) is null)
                    return;
            }
        }
    }

    /// <summary>The one that has been idle for longest, which another thread may take meanwhile.</summary>
    public Session? Oldest()
    {
        Session? oldest = null;
        foreach (ref var place in _places.AsSpan())
        {
            if (Volatile.Read(ref place) is { } session && (oldest is null || session.Since < oldest.Since))
                oldest = session;
        }

        return oldest;
    }
}
