using System.Runtime.CompilerServices;

namespace Tenancy;

/// <summary>
/// What tenants are held to, as of one snapshot: one object for all tenants of a tier without limits of their own, so it
/// is in the cache when a tenant's object is not.
/// </summary>
internal sealed class LimitPlan
{
    readonly string? _meter;
    readonly Gcra? _gcra;

    public LimitPlan(TenantLimits owner, long snapshot, LimitPolicy[] ofTier, LimitPolicy[] policies)
    {
        (Owner, Snapshot, OfTier, Policies) = (owner, snapshot, ofTier, policies);
        var alone = Array.Find(policies, IsAlone);
        if (owner.CountsHere && (alone ?? Array.Find(policies, IsRate)) is { } policy)
            (Word, WordPolicy, _gcra, _meter) = (new TenantWord(policy), policy, policy.Gcra, alone?.Meter);
        Slots = policies.Length == 0 ? [] : policies.Length == 1 && Word is not null ? [Word] : null;
    }

    LimitPlan(TenantLimits owner, Tenant? home)
    {
        (Owner, Snapshot, OfTier, Policies, Home) = (owner, -1, [], [], home);
    }

    public TenantLimits Owner { get; }

    /// <summary>The snapshot's number.</summary>
    public long Snapshot { get; }

    /// <summary>The policies of the tier.</summary>
    public LimitPolicy[] OfTier { get; }

    /// <summary>The policies that count, in the order they are asked.</summary>
    public LimitPolicy[] Policies { get; }

    /// <summary>
    /// The rate whose word is in the tenant's object, rather one that is all that its meter has. None without rates, or where
    /// a ledger counts.
    /// </summary>
    public TenantWord? Word { get; }

    /// <summary>Its policy, without another look.</summary>
    public LimitPolicy? WordPolicy { get; }

    /// <summary>What counts, where it is the same for all tenants.</summary>
    public LimitSlot[]? Slots { get; }

    /// <summary>Where the tenant is counted, for an object that is not its home.</summary>
    public Tenant? Home { get; }

    /// <summary>Says of an object that it is taken.</summary>
    public static LimitPlan Claim(TenantLimits owner) => new(owner, (Tenant?)null);

    /// <summary>Leads to the home.</summary>
    public static LimitPlan To(TenantLimits owner, Tenant home) => new(owner, home);

    /// <summary>Whether the word is all that this meter has.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Serves(TenantLimits limits, long snapshot, string meter) =>
        ReferenceEquals(Owner, limits) && Snapshot == snapshot && (ReferenceEquals(_meter, meter) || string.Equals(_meter, meter, StringComparison.Ordinal));

    /// <summary>Takes a cost and says what is left; below zero where it is not admitted, or moved, and <see cref="TenantWord.Take"/> says more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long TryTake(ref long word, long cost, long now)
    {
        var gcra = _gcra!;
        if (cost > gcra.Burst)
            return -1;
        var above = gcra.Take(ref word, gcra.Position(now), cost);
        return (ulong)above <= (ulong)gcra.Capacity ? (gcra.Capacity - above) >> gcra.Shift : -1;
    }

    static bool IsRate(LimitPolicy policy) => policy.Period == LimitPeriod.Rate;

    bool IsAlone(LimitPolicy policy) => IsRate(policy)
        && Array.TrueForAll(Policies, other => ReferenceEquals(other, policy) || other.Meter != policy.Meter);
}
