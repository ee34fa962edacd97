using System.Diagnostics.CodeAnalysis;

namespace Tenancy;

/// <summary>
/// The objects where tenants are counted, by id: the catalog replaces a tenant's object, and what was counted moves on to
/// the next. In parts, each with a lock, which only those take who find a new snapshot or a new object.
/// </summary>
internal sealed class LimitHomes
{
    const int Parts = 16;

    readonly TenantLimits _limits;
    readonly LimitPlan _claim;
    readonly Part[] _parts = [.. Enumerable.Range(0, Parts).Select(_ => new Part())];

    public LimitHomes(TenantLimits limits) => (_limits, _claim) = (limits, LimitPlan.Claim(limits));

    /// <summary>The home of a tenant, whose limits are those of the snapshot or of a newer one.</summary>
    public Tenant Of(TenantCatalogSnapshot snapshot, Tenant tenant)
    {
        // Another limiter's plan says nothing here.
        for (var at = tenant; Volatile.Read(ref at.Limits.Plan) is { } plan && ReferenceEquals(plan.Owner, _limits); at = plan.Home)
        {
            if (plan.Snapshot >= snapshot.Number)
                return at;
            if (plan.Home is null)
                break;
        }

        return Follow(snapshot, tenant);
    }

    /// <summary>The same, after waiting for whoever is changing it.</summary>
    public Tenant Follow(TenantCatalogSnapshot snapshot, Tenant tenant)
    {
        var tiers = _limits.TiersOf(snapshot);
        var part = PartOf(tenant.Id.Value);
        lock (part)
        {
            var home = part.Find(tenant);
            // One that lags behind with an older snapshot must not bring old limits back.
            if (home is null || home.Limits.Plan!.Snapshot < snapshot.Number)
                home = part.Put(Renew(tiers, snapshot.TryFind(tenant.Id, out var current) ? current : tenant, home));
            // An object leads to the home itself and never by another, which it would keep.
            if (!ReferenceEquals(home, tenant) && IsOurs(tenant))
                Volatile.Write(ref tenant.Limits.Plan, LimitPlan.To(_limits, home));
            return home;
        }
    }

    /// <summary>Adds counts to a tenant's home.</summary>
    public LimitCounts AddCounts(TenantCatalogSnapshot snapshot, Tenant tenant, string meter)
    {
        Follow(snapshot, tenant);
        var part = PartOf(tenant.Id.Value);
        lock (part)
        {
            // Gone in between: nobody will ask for these.
            if (part.Find(tenant) is not { } home)
                return new LimitCounts(meter);
            return LimitCounts.Find(home.Limits.Counts, meter) ?? (home.Limits.Counts = new LimitCounts(meter, home.Limits.Counts));
        }
    }

    /// <summary>What is leased for those that are gone goes back.</summary>
    public void Forget(TenantCatalogSnapshot snapshot)
    {
        if (_parts.Sum(part => part.Count) <= snapshot.Count)
            return;
        foreach (var part in _parts)
        {
            lock (part)
            {
                foreach (var gone in part.RemoveAll(home => home.Limits.Plan!.Snapshot < snapshot.Number && !snapshot.TryFind(home.Id, out _)))
                    LimitMove.End(gone);
            }
        }
    }

    Part PartOf(Guid id) => _parts[id.GetHashCode() & (Parts - 1)];

    Tenant Renew(TierPlans tiers, Tenant source, Tenant? home)
    {
        var plan = PlanOf(tiers, source, home);
        // The object may be another limiter's home: then a copy is ours.
        var next = IsOurs(source) ? source : home == source ? home : source with { };
        LimitMove.To(_limits, home, next, plan);
        return next;
    }

    LimitPlan PlanOf(TierPlans tiers, Tenant source, Tenant? home)
    {
        var ofTier = tiers[source.Tier];
        if (home?.Limits.Plan is { } last && ReferenceEquals(home, source) && ReferenceEquals(last.OfTier, ofTier.OfTier))
            return ReferenceEquals(last.Policies, last.OfTier) ? ofTier : new LimitPlan(_limits, tiers.Snapshot, last.OfTier, last.Policies);
        var policies = _limits.Override(source, ofTier.OfTier);
        return ReferenceEquals(policies, ofTier.OfTier) ? ofTier : new LimitPlan(_limits, tiers.Snapshot, ofTier.OfTier, policies);
    }

    /// <summary>Whether an object is this limiter's, or nobody's until now. Of two limiters only one has it.</summary>
    bool IsOurs(Tenant tenant)
    {
        var plan = Interlocked.CompareExchange(ref tenant.Limits.Plan, _claim, null);
        return plan is null || ReferenceEquals(plan.Owner, _limits);
    }

    /// <summary>A set of objects by id: some 28 bytes for each.</summary>
    sealed class Part
    {
        readonly HashSet<Tenant> _homes = new(ById.Instance);

        public int Count
        {
            get
            {
                lock (this)
                    return _homes.Count;
            }
        }

        public Tenant? Find(Tenant tenant) => _homes.TryGetValue(tenant, out var home) ? home : null;

        public Tenant Put(Tenant home)
        {
            if (_homes.TryGetValue(home, out var old) && !ReferenceEquals(old, home))
                _homes.Remove(old);
            _homes.Add(home);
            return home;
        }

        public List<Tenant> RemoveAll(Predicate<Tenant> match)
        {
            var gone = _homes.Where(home => match(home)).ToList();
            gone.ForEach(home => _homes.Remove(home));
            return gone;
        }
    }

    sealed class ById : IEqualityComparer<Tenant>
    {
        public static readonly ById Instance = new();

        public bool Equals(Tenant? x, Tenant? y) => x?.Id == y?.Id;

        public int GetHashCode([DisallowNull] Tenant obj) => obj.Id.Value.GetHashCode();
    }
}
