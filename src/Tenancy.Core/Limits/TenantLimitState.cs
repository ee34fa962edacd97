namespace Tenancy;

/// <summary>All that one limiter counts of one tenant.</summary>
/// <remarks>What each decision reads comes first, and is small: with many tenants the limit is the memory it touches.</remarks>
internal sealed class TenantLimitState(TenantLimits owner, Guid id)
{
    LimitCell[] _cells = [];
    long _seen = -1;
    (Tenant? Source, LimitPolicy[]? OfTier) _read;

    public bool IsOf(TenantLimits limits, Guid tenant) => ReferenceEquals(owner, limits) && id == tenant;

    /// <summary>The cells, in the order they are asked.</summary>
    public LimitCell[] Cells(TenantCatalogSnapshot snapshot, Tenant tenant)
    {
        if (Volatile.Read(ref _seen) != snapshot.Number)
            Follow(snapshot, tenant);
        return Volatile.Read(ref _cells);
    }

    /// <summary>The one cell that a meter has, made ready to be asked directly; none where there are several, or it counts more than a rate.</summary>
    public RateCell? Lane(LimitCell[] cells, Tenant tenant, TenantCatalogSnapshot snapshot, string meter)
    {
        // Of an older snapshot than was followed: what it says need not be so any more.
        if (Volatile.Read(ref _seen) != snapshot.Number)
            return null;
        LimitCell? only = null;
        foreach (var cell in cells)
        {
            if (!cell.Counts(meter))
                continue;
            if (only is not null)
                return null;
            only = cell;
        }

        if (only is not RateCell lane)
            return null;
        lane.Serve(tenant, owner, snapshot.Number);
        return lane;
    }

    /// <summary>Waits for whoever is changing the limits, and returns the cells that count from then on.</summary>
    public LimitCell[] Renewed()
    {
        lock (this)
            return _cells;
    }

    /// <summary>The tenant is gone: what is leased for it goes back.</summary>
    public void Retire()
    {
        foreach (var cell in Renewed())
            cell.Retire();
    }

    void Follow(TenantCatalogSnapshot snapshot, Tenant tenant)
    {
        lock (this)
        {
            // One that lags behind with an older snapshot must not bring old limits back.
            if (_seen >= snapshot.Number)
                return;
            var source = snapshot.TryFind(tenant.Id, out var current) ? current : tenant;
            var ofTier = owner.PoliciesOf(snapshot, source.Tier);
            if (!ReferenceEquals(source, _read.Source) || !ReferenceEquals(ofTier, _read.OfTier))
                Change(owner.Override(source, ofTier));
            _read = (source, ofTier);
            Volatile.Write(ref _seen, snapshot.Number);
        }
    }

    void Change(LimitPolicy[] policies)
    {
        var next = new LimitCell[policies.Length];
        for (var i = 0; i < policies.Length; i++)
        {
            var policy = policies[i];
            var old = Array.Find(_cells, cell => cell.Policy.Name == policy.Name);
            next[i] = old is null ? owner.NewCell(id, policy)
                : old.Policy.Equals(policy) ? old
                : old.Become(policy, owner.Clock);
        }

        foreach (var old in _cells)
        {
            if (!Array.Exists(next, cell => cell.Policy.Name == old.Policy.Name))
                old.Retire();
        }

        Volatile.Write(ref _cells, next);
    }
}
