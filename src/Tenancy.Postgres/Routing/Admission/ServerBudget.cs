using System.Collections.Concurrent;
using System.Diagnostics;

namespace Tenancy;

/// <summary>
/// The connections that this process may hold to one server, whatever for, and who gets the next one. While there are
/// enough nobody comes here: a pool hands out what it has. Where they are short, the tenant that is furthest behind its
/// share comes first, and an idle connection of another pool is closed to make room.
/// </summary>
internal sealed class ServerBudget : IDisposable
{
    /// <summary>How far behind one may be, and still get an idle connection of its own database before one is closed for another.</summary>
    static readonly long Affinity = Stopwatch.Frequency / 200;

    /// <summary>How many times the cost of others' leases makes a tenant's dear.</summary>
    const int Dear = 4;

    readonly Lock _gate = new();
    readonly WaitingLine _line = new();
    readonly Eviction _eviction;
    readonly ConcurrentDictionary<TenantId, TenantShare> _shares = new();
    readonly ITimer _timer;
    readonly Func<TenantShare, int> _most;
    Load _load;
    long _due;
    int _waiting;
    int _limit;

    public ServerBudget(string server, int limit, TimeProvider time, RouterMetrics metrics, string? setting = null)
    {
        Server = server;
        Setting = setting ?? $"Tenancy:Postgres:Servers:{server}:ConnectionBudget";
        _limit = limit;
        Time = time;
        Metrics = metrics;
        _eviction = new Eviction(time);
        _most = MostFor;
        _timer = time.CreateTimer(static budget => ((ServerBudget)budget!).Settle(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public string Server { get; }

    /// <summary>The setting that says how many.</summary>
    public string Setting { get; }

    public int Limit => Volatile.Read(ref _limit);

    /// <summary>Connections that are open, opening, or closed a moment ago.</summary>
    public int Used
    {
        get
        {
            lock (_gate)
                return _eviction.Used;
        }
    }

    public int Waiting => Volatile.Read(ref _waiting);

    public RouterMetrics Metrics { get; }

    public TimeProvider Time { get; }

    /// <summary>
    /// The most that one tenant may hold: three quarters, so that a statement that runs long never holds all. Where the
    /// budget is too small for quarters, all.
    /// </summary>
    public int MostPerTenant => Limit < 4 ? Limit : Limit * 3 / 4;

    /// <summary>A tenant's part of this server; the same for as long as the tenant is here.</summary>
    public TenantShare ShareOf(TenantId tenant) => _shares.GetOrAdd(tenant, static id => new TenantShare(id));

    /// <summary>Forgets a tenant that is gone.</summary>
    public void Forget(TenantId tenant) => _shares.TryRemove(tenant, out _);

    /// <summary>Asks for a connection: granted at once where it can be, else decided later. False where the pool is closed.</summary>
    public bool Request(Waiter waiter)
    {
        List<Session> closing = [];
        lock (_gate)
        {
            if (waiter.Pool.IsClosed)
                return false;
            // Seen by whoever returns a connection from now on; what was returned before is found by looking.
            Interlocked.Increment(ref _waiting);
            _line.Add(waiter);
            Dispatch(closing);
        }

        Close(closing);
        return true;
    }

    /// <summary>Closes a pool that has no connection, and for which nobody waits. False where it is in use.</summary>
    public bool TryClose(SessionPool pool)
    {
        lock (_gate)
            return !pool.IsClosed && pool.Open == 0 && !_line.IsFor(pool) && (pool.IsClosed = true);
    }

    /// <summary>Gives up waiting. False where it was granted meanwhile.</summary>
    public bool Withdraw(Waiter waiter)
    {
        lock (_gate)
        {
            if (waiter.IsDecided)
                return false;
            waiter.IsDecided = true;
            _line.Remove(waiter);
            Interlocked.Decrement(ref _waiting);
            return true;
        }
    }

    /// <summary>Gives back what was granted to one who had gone away.</summary>
    public void GiveBack(Waiter waiter)
    {
        var session = waiter.Task.IsCompletedSuccessfully ? waiter.Task.GetAwaiter().GetResult() : null;
        if (session is null)
        {
            Gone(waiter.Pool, waiter.Share, waiter.Charge, held: 0);
            return;
        }

        session.Begin(waiter.Share, waiter.Charge);
        Return(session);
    }

    /// <summary>Takes back a session that others may use, and a place in its tenant's share.</summary>
    public void Return(Session session)
    {
        var (share, charge) = (session.Share!, session.Charge);
        var held = session.End();
        share.CountLease(held);
        if (Waiting == 0 && charge == 0 && _eviction.Open <= Limit)
        {
            session.Pool.Idle.Keep(session);
            share.Exit();
            if (Waiting == 0)
                return;
            Look();
            return;
        }

        List<Session> closing = [];
        lock (_gate)
        {
            if (charge != 0)
                _line.Settle(share, charge, held);
            share.Exit();
            Note(share, held);
            if (_eviction.Open > _limit)
                Drop(session, closing);
            else
                session.Pool.Idle.Keep(session);
            Dispatch(closing);
        }

        Close(closing);
    }

    /// <summary>Notes that a leased session is gone; its slot is free in a moment.</summary>
    public void Lost(Session session)
    {
        var (share, charge) = (session.Share, session.Charge);
        var held = session.End();
        share?.CountLease(held);
        Gone(session.Pool, share, charge, held);
    }

    /// <summary>Notes that nothing came of the right to open a session, or that one held for administration has ended.</summary>
    public void Gone(SessionPool pool, TenantShare? share, long charge, long held)
    {
        List<Session> closing = [];
        lock (_gate)
        {
            if (share is not null)
            {
                if (charge != 0)
                    _line.Settle(share, charge, held);
                share.Exit();
            }

            Arm(_eviction.Gone(pool));
            Dispatch(closing);
        }

        Close(closing);
    }

    /// <summary>Changes the budget while it is in use: what is too many is closed as it becomes idle.</summary>
    public void SetLimit(int limit)
    {
        List<Session> closing = [];
        lock (_gate)
        {
            Volatile.Write(ref _limit, limit);
            while (_eviction.Open > _limit && _eviction.TakeOldest() is { } idle)
                Drop(idle, closing);
            Dispatch(closing);
        }

        Close(closing);
    }

    /// <summary>Closes the idle sessions of a pool, or of all, that have been idle for longer than this.</summary>
    public void CloseIdle(SessionPool? only, TimeSpan longerThan)
    {
        List<Session> closing = [];
        lock (_gate)
        {
            foreach (var pool in only is null ? [.. _eviction.Populated] : new[] { only })
            {
                while (pool.Idle.Oldest() is { } oldest && Time.GetElapsedTime(oldest.Since) >= longerThan)
                {
                    if (pool.Idle.Take(oldest))
                        Drop(oldest, closing);
                }
            }

            Dispatch(closing);
        }

        Close(closing);
    }

    public ServerDiagnostics Describe(int top)
    {
        PoolDiagnostics[] pools;
        lock (_gate)
            pools = [.. _eviction.Populated.Select(static pool => new PoolDiagnostics(pool.Database, pool.Open, pool.Idle.Count))];
        // Administration has a share too, and is no tenant.
        var tenants = _shares.Values.Where(static share => share.Tenant != default)
            .Select(static share => new TenantDiagnostics(share.Tenant, share.Held, share.Leases, share.HeldTime, share.Waits, share.WaitedTime))
            .ToArray();
        return new ServerDiagnostics(Server, Limit, Used, Waiting, pools,
            [.. tenants.OrderByDescending(static tenant => tenant.WaitedTime).ThenByDescending(static tenant => tenant.HeldTime).Take(top)],
            [.. tenants.OrderByDescending(static tenant => tenant.HeldTime).Take(top)]);
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>
    /// Where a tenant's statements last much longer than those of others, the others need more than a quarter kept free, or
    /// they wait for its statements to end. How much more is the square-root rule of staffing (Halfin, Whitt, 1981): what
    /// they use on average, and its root; half of all at most.
    /// </summary>
    int MostFor(TenantShare share)
    {
        var most = MostPerTenant;
        var (connections, cost) = _load.Without(ref share.Load, Time.GetTimestamp(), Time.TimestampFrequency);
        if (connections <= 0 || share.Estimate < cost * Time.TimestampFrequency * Dear)
            return most;
        var free = (int)Math.Ceiling(connections + Math.Sqrt(connections));
        return Math.Clamp(Limit - free, Math.Max(1, Limit / 2), most);
    }

    void Note(TenantShare share, long held)
    {
        var now = Time.GetTimestamp();
        _load.Add(held, now, Time.TimestampFrequency);
        share.Load.Add(held, now, Time.TimestampFrequency);
    }

    /// <summary>One was returned while somebody began to wait.</summary>
    void Look()
    {
        List<Session> closing = [];
        lock (_gate)
            Dispatch(closing);
        Close(closing);
    }

    /// <summary>Slots that lingered long enough are free.</summary>
    void Settle()
    {
        List<Session> closing = [];
        lock (_gate)
        {
            _due = 0;
            _eviction.Settle();
            Dispatch(closing);
            if (_eviction.Settle() is { } next)
                Arm(Max(next, TimeSpan.FromMilliseconds(1)));
        }

        Close(closing);
    }

    /// <summary>Grants whatever can be granted, the furthest behind first.</summary>
    void Dispatch(List<Session> closing)
    {
        while (Waiting > 0)
        {
            var room = _eviction.Used < _limit;
            var idle = _line.First(_most, static waiter => waiter.Pool.Idle.Count > 0);
            var opener = room ? _line.First(_most, Eviction.MayOpen) : _line.First(_most, Eviction.IsCold) ?? _line.First(_most, Eviction.IsPatient);
            if (idle is null && opener is null)
                break;

            var openFirst = opener is not null && (idle is null || (room ? opener.Tag < idle.Tag : opener.Tag < idle.Tag - Affinity));
            if (openFirst && room)
            {
                GrantOpening(opener!);
            }
            else if (openFirst && _eviction.Closed < _line.Openers(_most, Eviction.MayEvict)
                && _eviction.TakeFor(opener!.Waiting.Peek()) is { } victim)
            {
                // Each slot that lingers is one that somebody here will get.
                Drop(victim, closing);
            }
            else if (idle is not null)
            {
                GrantIdle(idle);
            }
            else
            {
                break;
            }
        }

        // Whoever waits for a connection of its own database may have waited long enough by then.
        if (Waiting > 0)
            Arm(Eviction.Worthwhile);
    }

    /// <summary>Has the timer look again after this time, or before.</summary>
    void Arm(TimeSpan delay)
    {
        var due = Time.GetTimestamp() + (long)(delay.TotalSeconds * Time.TimestampFrequency);
        if (_due != 0 && _due <= due)
            return;
        _due = due;
        _timer.Change(delay, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Grants an idle session, unless one who did not wait took the place or the session just now.</summary>
    void GrantIdle(TenantShare share)
    {
        if (!share.TryEnter(MostFor(share)))
            return;
        if (share.Waiting.Peek().Pool.Idle.Take(share) is { } session)
            Grant(share, session);
        else
            share.Exit();
    }

    void GrantOpening(TenantShare share)
    {
        if (!share.TryEnter(MostFor(share)))
            return;
        var pool = share.Waiting.Peek().Pool;
        _eviction.Opens(pool);
        Grant(share, null);
    }

    void Grant(TenantShare share, Session? session)
    {
        var waiter = _line.Take(share);
        Interlocked.Decrement(ref _waiting);
        waiter.IsDecided = true;
        waiter.SetResult(session);
    }

    void Drop(Session session, List<Session> closing)
    {
        closing.Add(session);
        Arm(_eviction.Gone(session.Pool));
    }

    void Close(List<Session> closing)
    {
        foreach (var session in closing)
        {
            Metrics.Evicted(Server);
            session.Connection.Dispose();
        }
    }

    static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
