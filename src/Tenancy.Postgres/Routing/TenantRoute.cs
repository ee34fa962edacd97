namespace Tenancy;

/// <summary>How one tenant is reached, as of one catalog entry.</summary>
internal sealed class TenantRoute(Tenant tenant, IsolationStrategy isolation, TenantPool pool, TenantShare share)
{
    /// <summary>A number, not the snapshot: a route that is seldom used would keep an old catalog alive.</summary>
    long _seenIn;

    public Tenant Tenant { get; } = tenant;

    public IsolationStrategy Isolation { get; } = isolation;

    public TenantPool Pool { get; } = pool;

    /// <summary>What the tenant has of the server's connections.</summary>
    public TenantShare Share { get; } = share;

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
        Share.HasOwnRelations = Isolation.HasOwnRelations;
        Share.MaxConcurrent = queries?.MaxConcurrent ?? int.MaxValue;
        Share.Weight = queries?.Weight ?? QueryLimits.DefaultWeight;
    }
}
