namespace Tenancy;

/// <summary>The part of a leased cell that only the loop calls.</summary>
internal sealed partial class LeasedCell
{
    /// <summary>Below this demand within a horizon nothing is leased ahead: it would lie idle.</summary>
    const double LeastDemand = 2;

    /// <summary>More is asked for when less than this part of a lease is left.</summary>
    const double LowPart = 0.3;

    /// <summary>Quotas are leased for a second: nobody waits for them to be refilled.</summary>
    const long QuotaHorizon = 1_000_000_000;

    /// <summary>Whoever upgrades a tenant waits no longer than this for it to be noticed.</summary>
    const long LongestPause = 1_000_000_000;

    long _seen;
    long _leased;
    bool _watched;
    (long Want, long Must, long Back) _asked;

    long Horizon => Policy.Period == LimitPeriod.Rate ? LimitClock.Nanoseconds(book.Options.Horizon) : QuotaHorizon;

    /// <summary>Says what to ask the ledger for; none where nothing is needed any more.</summary>
    public LeaseRequest? Prepare(int nodes)
    {
        // First, so that whoever needs something from here on is in the next call.
        Volatile.Write(ref _queued, 0);
        Interlocked.MemoryBarrier();
        var now = book.Clock.Now;
        if (IsExpired(book.Clock))
            TakeBack(now);
        var balance = Volatile.Read(ref _balance);
        var (must, largest) = _waiters.Needs();
        _demand.Measure(Math.Max(0, _seen - balance) + must, now);
        _seen = balance;
        var target = _retired ? 0 : Target(nodes, now);
        Volatile.Write(ref _low, (long)Math.Ceiling(target * LowPart));
        var paused = must == 0 && now < Volatile.Read(ref _pausedUntil);
        _asked = (paused || _retired ? 0 : Math.Max(0, Math.Max(target - balance, must)), must, Interlocked.Exchange(ref _back, 0));
        return _asked is { Want: 0, Back: 0 }
            ? null
            : new LeaseRequest(tenant, Policy, _asked.Want, must, largest, balance, _asked.Back, _view.Window);
    }

    /// <summary>Takes in what the ledger granted.</summary>
    public void Apply(LeaseGrant grant, long called, int nodes)
    {
        var now = book.Clock.Now;
        var isRate = Policy.Period == LimitPeriod.Rate;
        if (!isRate && grant.Window != _view.Window)
            Interlocked.Exchange(ref _balance, _seen = 0);
        // The ledger measured after it was called: by our clock its window ends no earlier than this.
        _view = new LedgerView(grant.Left, now, grant.Window, isRate ? long.MaxValue : called + LimitClock.Nanoseconds(grant.WindowEnds));
        var left = _waiters.Serve(grant.Granted);
        if (left > 0)
        {
            Volatile.Write(ref _expires, !isRate ? _view.WindowEnds : book.IsStrict ? called + 2 * Horizon : long.MaxValue);
            Interlocked.Add(ref _balance, left);
            _seen += left;
            _leased = now;
        }

        // Of a quota less than was wanted is granted towards its end, so that others have some; that is not the end.
        if (grant.Granted >= (isRate ? _asked.Want : _asked.Must))
            return;
        // There is no more for now. Others ask too, so what is missing takes as many times longer; and a third of the horizon
        // is enough for a call's worth to come together.
        var missing = isRate ? (long)Math.Min((_asked.Want - grant.Granted) * nodes / Policy.Rate.Rate * 1e9, Hold / Policy.Rate.Rate * 1e9 / 3) : 0;
        Volatile.Write(ref _pausedUntil, now + Math.Max(missing, Math.Min(WaitFor(1, now), LongestPause)));
        _waiters.Answer(cost => new Taken(Taking.Refused, 0, Math.Max(WaitFor(cost, now), 1)));
    }

    /// <summary>The call failed; whether it was heard nobody knows. What was returned is lost, what is owed stays owed.</summary>
    public void RequestAgain()
    {
        if (_asked.Back < 0)
            Interlocked.Add(ref _back, _asked.Back);
        if (_waiters.Needs().Sum > 0 || Volatile.Read(ref _back) != 0)
            AskLater();
    }

    /// <summary>The ledger is away: who waits is answered by what is configured for that.</summary>
    public void AnswerAway() => _waiters.Answer(cost => TakeAway(cost, book.Clock));

    /// <summary>Whether the loop should watch it from now on.</summary>
    public bool KeepsWatch() => !_watched && Volatile.Read(ref _balance) > 0 && (_watched = true);

    /// <summary>Whether it still holds something worth watching; what lay idle too long goes back.</summary>
    public bool HoldsOn(long now)
    {
        if (now - _leased > 2 * Horizon || IsExpired(book.Clock))
            TakeBack(now);
        return _watched = Volatile.Read(ref _balance) > 0;
    }

    long Target(int nodes, long now)
    {
        var demand = _demand.PerSecond * Horizon / 1e9;
        if (demand < LeastDemand)
            return 0;
        var share = Policy.Period == LimitPeriod.Rate ? Hold / nodes : _view.LeftAt(now, Policy) / (2d * nodes);
        return (long)Math.Ceiling(Math.Clamp(demand, 1, Math.Max(1, Math.Floor(share))));
    }

    void TakeBack(long now)
    {
        var idle = Interlocked.Exchange(ref _balance, 0);
        _demand.Measure(Math.Max(0, _seen - idle), now);
        _seen = 0;
        Interlocked.Add(ref _back, idle);
        if (idle > 0)
            AskLater();
    }
}
