namespace Tenancy;

/// <summary>What a leased cell does while the ledger cannot be reached.</summary>
internal sealed partial class LeasedCell
{
    static readonly long ProbeAgain = LimitClock.Nanoseconds(TimeSpan.FromSeconds(1));

    Share? _share;

    Taken TakeAway(long cost, LimitClock clock)
    {
        switch (book.Options.WhenAway)
        {
            case LedgerAwayPolicy.Closed:
                return new Taken(Taking.Unavailable, Wait: ProbeAgain);
            case LedgerAwayPolicy.Open:
                Owe(cost);
                return new Taken(Taking.Taken, Policy.Capacity);
            default:
                var taken = ShareOf(clock).Take(cost, clock);
                if (taken.Outcome == Taking.Taken)
                    Owe(cost);
                // More than the share ever allows may still fit once the ledger is back.
                return taken.Outcome == Taking.TooLarge ? new Taken(Taking.Refused, 0, ProbeAgain) : taken;
        }
    }

    void Owe(long cost)
    {
        Interlocked.Add(ref _back, -cost);
        AskLater();
    }

    LimitCell ShareOf(LimitClock clock)
    {
        var share = Volatile.Read(ref _share);
        if (share is not null && share.Outage == book.Outage && share.Of.Equals(Policy))
            return share.Cell;
        var next = new Share(book.Outage, Policy, NewShare(clock));
        var other = Interlocked.CompareExchange(ref _share, next, share);
        return (ReferenceEquals(other, share) ? next : other!).Cell;
    }

    /// <summary>This process's part of the rate, and of what was left when the ledger was last heard.</summary>
    LimitCell NewShare(LimitClock clock)
    {
        var (nodes, now) = (book.Nodes, clock.Now);
        var left = Math.Max(0, _view.LeftAt(now, Policy));
        if (Policy.Period != LimitPeriod.Rate)
        {
            var part = new QuotaCell(new LimitPolicy(Policy.Meter, Math.Max(1, (long)(left / nodes)), Policy.Period));
            if (left < nodes)
                part.Charge(1, clock);
            return part;
        }

        var period = TimeSpan.FromTicks(Math.Min(Policy.Rate.Period.Ticks * nodes, RateLimit.MaxPeriod.Ticks));
        var limit = new RateLimit(Policy.Rate.Permits, period, Math.Max(1, Policy.Rate.Burst / nodes));
        var cell = new RateCell(new LimitPolicy(Policy.Meter, limit));
        cell.Charge((long)Math.Ceiling((1 - Math.Min(1, left / Policy.Rate.Burst)) * limit.Burst), clock);
        return cell;
    }

    sealed record Share(int Outage, LimitPolicy Of, LimitCell Cell);
}
