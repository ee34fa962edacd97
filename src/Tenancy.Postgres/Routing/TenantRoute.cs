using Microsoft.Extensions.Logging;
using Npgsql;

namespace Tenancy;

/// <summary>How one tenant is reached, as of one catalog entry.</summary>
internal sealed class TenantRoute(
    Tenant tenant, IsolationStrategy isolation, TenantPool pool, TenantShare share, StorageBook storage, ILogger logger)
{
    /// <summary>A number, not the snapshot: a route that is seldom used would keep an old catalog alive.</summary>
    long _seenIn;
    TenantRoute[] _readers = [];

    readonly StorageBook _storage = storage;
    readonly ILogger _logger = logger;
    ScopeForm? _form;
    OwnQueries? _queries;

    public Tenant Tenant { get; } = tenant;

    public IsolationStrategy Isolation { get; } = isolation;

    public TenantPool Pool { get; } = pool;

    /// <summary>What the tenant has of the server's connections.</summary>
    public TenantShare Share { get; } = share;

    /// <summary>What is known of the tenant's storage.</summary>
    public StorageState Storage { get; } = storage.Of(tenant.Id);

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
        var reader = new TenantRoute(Tenant, Isolation, pool, pool.Budget.ShareOf(Tenant.Id), _storage, _logger) { Ordinary = this, Replica = replica };
        (reader.Share.MaxConcurrent, reader.Share.Weight, reader.Share.Usage) = (Share.MaxConcurrent, Share.Weight, Share.Usage);
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

    /// <summary>Adds the parameters of a statement that enters.</summary>
    public void AddTo(NpgsqlParameterCollection parameters, Session session)
    {
        if (Pool.Signer is { } signer)
            signer.AddTo(parameters, Tenant.Id, session);
        else
            parameters.Add(new NpgsqlParameter<Guid> { TypedValue = Tenant.Id.Value });
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
        _storage.Follow(Storage, now ?? Tenant, snapshot);
        var queries = QueriesOf(now ?? Tenant, snapshot.Tiers.GetValueOrDefault(name)?.Queries);
        Share.HasOwnRelations = Isolation.HasOwnRelations;
        // More than all processes may have together would only wait for each other.
        Share.MaxConcurrent = Math.Min(queries?.MaxConcurrent ?? int.MaxValue, queries?.MaxConcurrentOverall ?? int.MaxValue);
        Share.Weight = queries?.Weight ?? QueryLimits.DefaultWeight;

        var limits = StatementLimits.Of(name, queries, Pool.LimitsFiles);
        var form = ScopeForm.Of(snapshot.Number, limits, Isolation.EnterStatement(Pool.Signer, limits));
        Volatile.Write(ref _form, form);
        foreach (var reader in Volatile.Read(ref _readers))
            reader.Apply(snapshot);
        return form;
    }

    /// <summary>The tenant's own limits, read again only where they may say something else.</summary>
    QueryLimits? QueriesOf(Tenant now, QueryLimits? ofTier)
    {
        var known = _queries;
        if (known is not null && ReferenceEquals(known.Of, now) && Equals(known.OfTier, ofTier))
            return known.Limits;
        var limits = QueryQuotas.Of(now, ofTier, _logger);
        _queries = new OwnQueries(now, ofTier, limits);
        return limits;
    }

    sealed record OwnQueries(Tenant Of, QueryLimits? OfTier, QueryLimits? Limits);
}
