using Npgsql;

namespace Tenancy;

/// <summary>How one tenant is reached, as of one catalog entry.</summary>
internal sealed class TenantRoute(Tenant tenant, IsolationStrategy isolation, TenantPool pool, TenantShare share)
{
    /// <summary>A number, not the snapshot: a route that is seldom used would keep an old catalog alive.</summary>
    long _seenIn;

    ScopeForm? _form;

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

    /// <summary>Adds the parameters of a statement that enters.</summary>
    public void AddTo(NpgsqlParameterCollection parameters, Session session)
    {
        parameters.Add(new NpgsqlParameter<Guid> { TypedValue = Tenant.Id.Value });
        Pool.Signer?.AddTo(parameters, Tenant.Id, session);
    }

    /// <summary>What the scope was last known to be sent as.</summary>
    public ScopeForm Form => Volatile.Read(ref _form)!;

    /// <summary>What the scope is sent as by a snapshot, which may be newer than what was applied last.</summary>
    public ScopeForm FormIn(TenantCatalogSnapshot snapshot) =>
        Volatile.Read(ref _form) is { } form && form.SnapshotNumber == snapshot.Number ? form : Apply(snapshot);

    /// <summary>Applies the limits of the tenant's tier, which may have changed, from now on.</summary>
    public ScopeForm Apply(TenantCatalogSnapshot snapshot)
    {
        var name = snapshot.TryFind(Tenant.Id, out var now) ? now.Tier : Tenant.Tier;
        var found = snapshot.Tiers.TryGetValue(name, out var tier);
        Share.MaxConcurrent = tier?.Queries?.MaxConcurrent ?? int.MaxValue;
        Share.Weight = tier?.Queries?.Weight ?? QueryLimits.DefaultWeight;

        var limits = found ? StatementLimits.Of(tier!, Pool.LimitsFiles) : null;
        var form = new ScopeForm(snapshot.Number, limits, Isolation.EnterStatement(Pool.Signer, limits));
        Volatile.Write(ref _form, form);
        return form;
    }
}
