namespace Tenancy;

/// <summary>
/// What is counted of a tenant, in its object: a decision reads that object and nothing else that is the tenant's own. One
/// object is the home of its tenant's counts; others of the same tenant lead there, and copies begin without. Two tenants
/// are equal or not whatever is attached.
/// </summary>
internal struct LimitAttachment : IEquatable<LimitAttachment>
{
    /// <summary>What counts for each policy; none where that is the plan's. Never taken away again.</summary>
    public LimitSlot[]? Slots;

    /// <summary>Counts for those who ask for statistics. Not there until somebody does.</summary>
    public LimitCounts? Counts;

    /// <summary>What it is held to, as of which snapshot, or where its home is. Beside the word: mostly in one cache line.</summary>
    public LimitPlan? Plan;

    /// <summary>
    /// The word of the plan's <see cref="LimitPlan.Word"/>. Below zero it is frozen, for good: whoever still holds an old
    /// plan would read another's units.
    /// </summary>
    public long Word;

    public readonly bool Equals(LimitAttachment other) => true;

    public override readonly bool Equals(object? obj) => obj is LimitAttachment;

    public override readonly int GetHashCode() => 0;
}
