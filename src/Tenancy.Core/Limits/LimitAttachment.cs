namespace Tenancy;

/// <summary>
/// A tenant's limits as its object remembers them. The registry of the limiter owns them, by the tenant's id, so they
/// outlive the object, which the catalog replaces; two tenants are equal or not whatever is attached.
/// </summary>
internal struct LimitAttachment : IEquatable<LimitAttachment>
{
    public TenantLimitState? State;

    /// <summary>The cell that may be asked without looking any further, where it says that it serves.</summary>
    public RateCell? Lane;

    public readonly bool Equals(LimitAttachment other) => true;

    public override readonly bool Equals(object? obj) => obj is LimitAttachment;

    public override readonly int GetHashCode() => 0;
}
