namespace Tenancy;

/// <summary>How a cell answered.</summary>
internal enum Taking
{
    Taken,
    Refused,
    TooLarge,

    /// <summary>A limit took its place meanwhile: find the cell again.</summary>
    Moved,

    /// <summary>Nothing is leased just now: only waiting can tell.</summary>
    Pending,

    Unavailable,
}

/// <summary>An answer with what came with it: what is left, or nanoseconds to wait.</summary>
internal readonly record struct Taken(Taking Outcome, long Remaining = 0, long Wait = 0);

/// <summary>What one tenant has used of one policy.</summary>
internal abstract class LimitCell(LimitPolicy policy)
{
    long[]? _counts;

    public LimitPolicy Policy { get; protected set; } = policy;

    public bool Counts(string meter)
    {
        var own = Policy.Meter;
        return ReferenceEquals(own, meter) || string.Equals(own, meter, StringComparison.Ordinal);
    }

    /// <summary>Takes a cost, all or nothing.</summary>
    public abstract Taken Take(long cost, LimitClock clock);

    /// <summary>The same, where need be after others were asked.</summary>
    public virtual ValueTask<Taken> TakeAsync(long cost, LimitClock clock, CancellationToken cancellationToken) => new(Take(cost, clock));

    /// <summary>Charges without asking, or gives back where the cost is below zero; false where the cell moved.</summary>
    public abstract bool Charge(long cost, LimitClock clock);

    public abstract LimitReading Read(LimitClock clock);

    /// <summary>The cell that goes on under another policy of the same name; this one admits nothing from then on.</summary>
    public abstract LimitCell Become(LimitPolicy policy, LimitClock clock);

    /// <summary>Its policy is gone.</summary>
    public virtual void Retire()
    {
    }

    /// <summary>Counts admitted and refused, for those who ask for statistics. Not there until somebody does.</summary>
    public long[] Statistics => _counts ?? Interlocked.CompareExchange(ref _counts, new long[2], null) ?? _counts;

    protected T Inherit<T>(T next) where T : LimitCell
    {
        next._counts = _counts;
        return next;
    }
}
