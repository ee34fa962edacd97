namespace Tenancy;

/// <summary>How a slot answered.</summary>
internal enum Taking
{
    Taken,
    Refused,
    TooLarge,

    /// <summary>A limit took its place meanwhile: find it again.</summary>
    Moved,

    /// <summary>Nothing is leased just now: only waiting can tell.</summary>
    Pending,

    Unavailable,
}

/// <summary>An answer with what came with it: what is left, or nanoseconds to wait.</summary>
internal readonly record struct Taken(Taking Outcome, long Remaining = 0, long Wait = 0);

/// <summary>Counts for one policy, given the tenant's home: in a word there, or in a cell of the tenant's own.</summary>
internal abstract class LimitSlot(LimitPolicy policy)
{
    public LimitPolicy Policy { get; protected set; } = policy;

    public bool Counts(string meter)
    {
        var own = Policy.Meter;
        return ReferenceEquals(own, meter) || string.Equals(own, meter, StringComparison.Ordinal);
    }

    /// <summary>Takes a cost, all or nothing.</summary>
    public abstract Taken Take(Tenant home, long cost, LimitClock clock);

    /// <summary>The same, where need be after others were asked.</summary>
    public virtual ValueTask<Taken> TakeAsync(Tenant home, long cost, LimitClock clock, CancellationToken cancellationToken) =>
        new(Take(home, cost, clock));

    /// <summary>Charges without asking, or gives back where the cost is below zero; false where it moved.</summary>
    public abstract bool Charge(Tenant home, long cost, LimitClock clock);

    public abstract LimitReading Read(Tenant home, LimitClock clock);

    /// <summary>The cell that goes on under another policy of the same name; this admits nothing from then on.</summary>
    public abstract LimitCell Become(Tenant home, LimitPolicy policy, LimitClock clock);

    /// <summary>Its policy, or the tenant, is gone.</summary>
    public virtual void Retire(Tenant home)
    {
    }
}
