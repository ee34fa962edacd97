namespace Tenancy;

/// <summary>How one tenant is reached, as of one catalog entry.</summary>
internal sealed class TenantRoute(Tenant tenant, IsolationStrategy isolation, TenantPool pool)
{
    /// <summary>A number, not the snapshot: a route that is seldom used would keep an old catalog alive.</summary>
    long _seenIn;

    public Tenant Tenant { get; } = tenant;

    public IsolationStrategy Isolation { get; } = isolation;

    public TenantPool Pool { get; } = pool;

    /// <summary>Whether the tenant is still served as this route says, by a snapshot in which that was looked up before.</summary>
    public bool IsCurrentIn(TenantCatalogSnapshot snapshot) => Volatile.Read(ref _seenIn) == snapshot.Number;

    /// <summary>Notes that a snapshot has the tenant as this route says, and serves it.</summary>
    public void SeenIn(TenantCatalogSnapshot snapshot) => Volatile.Write(ref _seenIn, snapshot.Number);
}
