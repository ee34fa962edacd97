namespace Tenancy;

/// <summary>A tenant's counters as its object remembers them; as with its limits, two tenants are equal or not whatever is attached.</summary>
internal struct UsageAttachment : IEquatable<UsageAttachment>
{
    public UsageCounters? Counters;

    public readonly bool Equals(UsageAttachment other) => true;

    public override readonly bool Equals(object? obj) => obj is UsageAttachment;

    public override readonly int GetHashCode() => 0;
}
