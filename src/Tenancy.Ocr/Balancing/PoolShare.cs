namespace Tenancy;

/// <summary>What one tenant has of a pool, and its place in the line. The pool's lock guards it.</summary>
internal sealed class PoolShare(TenantId tenant)
{
    public TenantId Tenant { get; } = tenant;

    public int InFlight { get; set; }

    /// <summary>The virtual time at which its next call starts, in pages.</summary>
    public double Tag { get; set; }

    public LinkedList<PoolWaiter> Waiting { get; } = [];
}
