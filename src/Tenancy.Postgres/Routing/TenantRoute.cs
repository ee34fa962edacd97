namespace Tenancy;

/// <summary>How one tenant is reached, as of one catalog entry.</summary>
internal sealed class TenantRoute(Tenant tenant, IsolationStrategy isolation, TenantPool pool, TenantShare share)
{
    /// <summary>A number, not the snapshot: a route that is seldom used would keep an old catalog alive.</summary>
    long _seenIn;
    TenantRoute[] _readers = [];

    public Tenant Tenant { get; } = tenant;

    public IsolationStrategy Isolation { get; } = isolation;

    public TenantPool Pool { get; } = pool;

    /// <summary>What the tenant has of the server's connections.</summary>
    public TenantShare Share { get; } = share;

    /// <summary>Where the tenant writes, if this route only reads.</summary>
    public TenantRoute? Ordinary { get; private init; }

    /// <summary>The standby that it leads to; none where it leads to the primary.</summary>
    public Replica? Replica { get; private init; }

    /// <summary>The route by which the tenant reads from a standby, or at the primary, if it has been made.</summary>
    public TenantRoute? ReaderOf(Replica? replica)
    {
        foreach (var reader in Volatile.Read(ref _readers))
        {
            if (ReferenceEquals(reader.Replica, replica))
                return reader;
        }

        return null;
    }

    /// <summary>Adds one, in place of the one there was.</summary>
    public TenantRoute AddReader(Replica? replica, TenantPool pool)
    {
        var reader = new TenantRoute(Tenant, Isolation, pool, pool.Budget.ShareOf(Tenant.Id)) { Ordinary = this, Replica = replica };
        (reader.Share.MaxConcurrent, reader.Share.Weight) = (Share.MaxConcurrent, Share.Weight);
        while (true)
        {
            var known = Volatile.Read(ref _readers);
            TenantRoute[] all = [.. known.Where(other => !ReferenceEquals(other.Replica, replica)), reader];
            if (ReferenceEquals(Interlocked.CompareExchange(ref _readers, all, known), known))
                return reader;
        }
    }

    /// <summary>Forgets what the tenant had of the servers' connections.</summary>
    public void Forget()
    {
        Pool.Budget.Forget(Tenant.Id);
        foreach (var reader in Volatile.Read(ref _readers))
            reader.Pool.Budget.Forget(Tenant.Id);
    }

    /// <summary>Whether the tenant is still served as this route says, by a snapshot in which that was looked up before.</summary>
    public bool IsCurrentIn(TenantCatalogSnapshot snapshot) => Volatile.Read(ref _seenIn) == snapshot.Number;

    /// <summary>Notes that a snapshot has the tenant as this route says, and serves it.</summary>
    public void SeenIn(TenantCatalogSnapshot snapshot)
    {
        Apply(snapshot);
        Volatile.Write(ref _seenIn, snapshot.Number);
    }

    /// <summary>Applies the limits of the tenant's tier, which may have changed, from now on.</summary>
    public void Apply(TenantCatalogSnapshot snapshot)
    {
        var queries = snapshot.Tiers.TryGetValue(Tenant.Tier, out var tier) ? tier.Queries : null;
        Share.MaxConcurrent = queries?.MaxConcurrent ?? int.MaxValue;
        Share.Weight = queries?.Weight ?? QueryLimits.DefaultWeight;
        foreach (var reader in Volatile.Read(ref _readers))
            (reader.Share.MaxConcurrent, reader.Share.Weight) = (Share.MaxConcurrent, Share.Weight);
    }
}
