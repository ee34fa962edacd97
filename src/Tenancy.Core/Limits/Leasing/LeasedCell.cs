namespace Tenancy;

/// <summary>
/// What a process has leased of one policy of one tenant. Decisions take from it without a lock; when it runs low the loop
/// asks for more, and when the ledger has none they are refused here until it could have some.
/// </summary>
internal sealed partial class LeasedCell(LeaseBook book, TenantId tenant, LimitPolicy policy) : LimitCell(policy)
{
    readonly LeaseDemand _demand = new();
    readonly LeaseWaiters _waiters = new();
    LedgerView _view = new(policy.Capacity, book.Clock.Now, 0, 0);
    long _balance;
    long _low;
    long _expires = long.MaxValue;
    long _pausedUntil;
    long _back;
    int _queued;
    bool _retired;

    public override Taken Take(long cost, LimitClock clock)
    {
        if (cost > MostAtOnce)
            return new Taken(Taking.TooLarge);
        while (true)
        {
            var balance = Volatile.Read(ref _balance);
            if (balance < cost || IsExpired(clock))
                break;
            if (Interlocked.CompareExchange(ref _balance, balance - cost, balance) != balance)
                continue;
            if (balance - cost < Volatile.Read(ref _low))
                AskLater();
            return new Taken(Taking.Taken, Math.Min(Policy.Capacity, balance - cost + Math.Max(0, (long)_view.LeftAt(clock.Now, Policy))));
        }

        if (book.IsAway)
            return TakeAway(cost, clock);
        var pause = Volatile.Read(ref _pausedUntil) - clock.Now;
        if (pause <= 0)
            return new Taken(Taking.Pending, Wait: LimitClock.Nanoseconds(book.Options.Horizon) / 4);
        _demand.Refuse(cost);
        return new Taken(Taking.Refused, Math.Max(0, Volatile.Read(ref _balance)), Math.Max(pause, WaitFor(cost, clock.Now)));
    }

    public override ValueTask<Taken> TakeAsync(long cost, LimitClock clock, CancellationToken cancellationToken)
    {
        var taken = Take(cost, clock);
        if (taken.Outcome != Taking.Pending)
            return new(taken);
        var answer = _waiters.Add(cost, cancellationToken);
        Ask(urgent: true);
        return new(WaitedAsync(answer, clock));
    }

    /// <summary>Says of the lease that one waited for what is left of it.</summary>
    async Task<Taken> WaitedAsync(Task<Taken> answer, LimitClock clock)
    {
        var taken = await answer.ConfigureAwait(false);
        return taken.Outcome == Taking.Taken ? taken with { Remaining = Read(clock).Remaining } : taken;
    }

    public override bool Charge(long cost, LimitClock clock)
    {
        Interlocked.Add(ref _back, -cost);
        AskLater();
        return true;
    }

    public override LimitReading Read(LimitClock clock)
    {
        var now = clock.Now;
        var left = _view.LeftAt(now, Policy);
        var remaining = Math.Max(0, Volatile.Read(ref _balance)) + Math.Max(0, (long)left);
        var restored = Policy.Period == LimitPeriod.Rate
            ? (long)((Policy.Rate.Burst - Math.Min(left, Policy.Rate.Burst)) / Policy.Rate.Rate * 1e9)
            : Math.Max(0, _view.WindowEnds - now);
        return new LimitReading(Policy, Math.Min(remaining, Policy.Capacity), LimitClock.Span(restored));
    }

    /// <summary>The limits travel with the next call: the cell stays, and what it has leased.</summary>
    public override LimitCell Become(LimitPolicy policy, LimitClock clock)
    {
        Policy = policy;
        Volatile.Write(ref _pausedUntil, 0);
        return this;
    }

    public override void Retire()
    {
        _retired = true;
        Interlocked.Add(ref _back, Interlocked.Exchange(ref _balance, 0));
        AskLater();
    }

    /// <summary>In strict mode what may be leased ahead is not there to be taken at once.</summary>
    long MostAtOnce => Policy.Period == LimitPeriod.Rate && book.IsStrict
        ? Policy.Rate.Burst - (long)Hold
        : Policy.Capacity;

    /// <summary>Permits that all processes together may have leased ahead.</summary>
    double Hold => HoldOf(Policy.Rate, book.Options.Horizon, book.IsStrict);

    /// <summary>The rate times the horizon; in strict mode half a burst at most.</summary>
    public static double HoldOf(RateLimit rate, TimeSpan horizon, bool strict) =>
        strict ? Math.Min(rate.Rate * horizon.TotalSeconds, rate.Burst / 2d) : rate.Rate * horizon.TotalSeconds;

    bool IsExpired(LimitClock clock) => Volatile.Read(ref _expires) is not long.MaxValue and var expires && clock.Now >= expires;

    long WaitFor(long cost, long now) => Policy.Period == LimitPeriod.Rate
        ? (long)Math.Ceiling(Math.Max(0, cost - Math.Max(0, Volatile.Read(ref _balance)) - _view.LeftAt(now, Policy)) / Policy.Rate.Rate * 1e9)
        : Math.Max(1, _view.WindowEnds - now);

    void AskLater() => Ask(urgent: false);

    void Ask(bool urgent)
    {
        if (Interlocked.Exchange(ref _queued, 1) == 0)
            book.Enqueue(this, urgent);
        else if (urgent)
            book.Wake(urgent: true);
    }
}
