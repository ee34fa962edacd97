namespace Tenancy;

/// <summary>What one tenant has used of one policy, in an object of its own.</summary>
internal abstract class LimitCell(LimitPolicy policy) : LimitSlot(policy)
{
    /// <summary>Takes a cost, all or nothing.</summary>
    public abstract Taken Take(long cost, LimitClock clock);

    /// <summary>The same, where need be after others were asked.</summary>
    public virtual ValueTask<Taken> TakeAsync(long cost, LimitClock clock, CancellationToken cancellationToken) => new(Take(cost, clock));

    /// <summary>Charges without asking, or gives back where the cost is below zero; false where the cell moved.</summary>
    public abstract bool Charge(long cost, LimitClock clock);

    public abstract LimitReading Read(LimitClock clock);

    /// <summary>The cell that goes on under another policy of the same name; this one admits nothing from then on.</summary>
    public abstract LimitCell Become(LimitPolicy policy, LimitClock clock);

    /// <summary>Its policy, or the tenant, is gone.</summary>
    public virtual void Retire()
    {
    }

    public sealed override Taken Take(Tenant home, long cost, LimitClock clock) => Take(cost, clock);

    public sealed override ValueTask<Taken> TakeAsync(Tenant home, long cost, LimitClock clock, CancellationToken cancellationToken) =>
        TakeAsync(cost, clock, cancellationToken);

    public sealed override bool Charge(Tenant home, long cost, LimitClock clock) => Charge(cost, clock);

    public sealed override LimitReading Read(Tenant home, LimitClock clock) => Read(clock);

    public sealed override LimitCell Become(Tenant home, LimitPolicy policy, LimitClock clock) => Become(policy, clock);

    public sealed override void Retire(Tenant home) => Retire();
}
