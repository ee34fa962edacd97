using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Tenancy;

/// <summary>Finds the pool that reaches a tenant: one per server, database and login (never per tenant that shares one).</summary>
internal sealed class TenantRouter : IAsyncDisposable, IDisposable
{
    static readonly TimeSpan PruneInterval = TimeSpan.FromSeconds(10);

    readonly ITenantCatalog _catalog;
    readonly IsolationStrategies _strategies;
    readonly ILoggerFactory _loggers;
    readonly ILogger _routeLogger;
    readonly IOptions<PostgresOptions> _options;
    readonly UsageBook _usage;
    readonly StorageBook _storage;
    readonly ITimer _pruning;
    readonly ConcurrentDictionary<TenantId, TenantRoute> _routes = new();
    readonly ConcurrentDictionary<PoolKey, TenantPool> _pools = new();
    readonly SemaphoreSlim[] _opening = [.. Enumerable.Range(0, 16).Select(static _ => new SemaphoreSlim(1, 1))];
    int _disposed;

    public TenantRouter(
        ITenantCatalog catalog, IsolationStrategies strategies, ILoggerFactory loggers, TimeProvider time, IOptions<PostgresOptions> options,
        UsageBook usage, StorageBook storage)
    {
        _options = options;
        _usage = usage;
        _storage = storage;
        Readers = new ReaderRoutes(this, strategies, loggers.CreateLogger<ReaderRoutes>());
        _catalog = catalog;
        _strategies = strategies;
        _loggers = loggers;
        _routeLogger = loggers.CreateLogger<TenantRoute>();
        _pruning = time.CreateTimer(static router => ((TenantRouter)router!).Prune(), this, PruneInterval, PruneInterval);
    }

    /// <summary>What a tenant's scope is sent as now: whoever keeps a connection open gets the limits of today.</summary>
    public ScopeForm FormOf(TenantRoute route) => route.FormIn(_catalog.Current);

    /// <summary>Where tenants' reads go that say they are no more than that.</summary>
    public ReaderRoutes Readers { get; }

    /// <summary>The pools there are, open or empty.</summary>
    internal int PoolCount => _pools.Count;

    /// <summary>The route of a tenant that may be served now.</summary>
    /// <param name="ambient">The tenant in scope; what the catalog says of it now is what counts.</param>
    /// <param name="cancellationToken">Ends the proof of a new pool.</param>
    /// <exception cref="TenantUnavailableException">It is suspended, not ready, or gone.</exception>
    public ValueTask<TenantRoute> RouteAsync(Tenant ambient, CancellationToken cancellationToken)
    {
        return Known(ambient, out var served) is { } route
            ? new ValueTask<TenantRoute>(route)
            : new ValueTask<TenantRoute>(MakeRouteAsync(served!, async: true, cancellationToken));
    }

    /// <inheritdoc cref="RouteAsync"/>
    public TenantRoute Route(Tenant ambient)
    {
        return Known(ambient, out var served) ?? MakeRouteAsync(served!, async: false, CancellationToken.None).GetAwaiter().GetResult();
    }

    /// <summary>The route there is; or else the tenant to make one for, as the catalog has it now.</summary>
    TenantRoute? Known(Tenant ambient, out Tenant? served)
    {
        var snapshot = _catalog.Current;
        served = null;
        if (_routes.TryGetValue(ambient.Id, out var route) && route.IsCurrentIn(snapshot) && !route.Pool.IsClosed)
            return route;
        served = Served(ambient, snapshot);
        if (route is null || !ReferenceEquals(route.Tenant, served) || route.Pool.IsClosed)
            return null;
        route.SeenIn(snapshot);
        return route;
    }

    Tenant Served(Tenant ambient, TenantCatalogSnapshot snapshot)
    {
        var found = snapshot.TryFind(ambient.Id, out var tenant);
        if (!found)
            Forget(ambient.Id);
        if (!found || tenant!.Status != TenantStatus.Active)
            throw new TenantUnavailableException(ambient, tenant?.Status);
        return tenant;
    }

    /// <summary>Makes, and so proves, the pool that reaches a placement, also of a tenant that is not served yet.</summary>
    public async Task<TenantPool> PoolAsync(
        PoolSettings settings, TenantId tenant, bool async, CancellationToken cancellationToken)
    {
        if (_pools.TryGetValue(settings.Key, out var pool) && !pool.IsClosed)
            return pool;

        // One at a time for each database, so that a rush on a new one proves it once.
        var opening = _opening[(uint)settings.Key.GetHashCode() % _opening.Length];
        if (async)
            await opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        else
            opening.Wait(cancellationToken);
        var made = false;
        try
        {
            ObjectDisposedException.ThrowIf(_disposed != 0, this);
            if (!_pools.TryGetValue(settings.Key, out pool) || pool.IsClosed)
            {
                _pools[settings.Key] = pool = await OpenPoolAsync(settings, tenant, async, cancellationToken).ConfigureAwait(false);
                made = true;
            }

            return pool;
        }
        finally
        {
            opening.Release();
            if (made && _pools.Count > _options.Value.EmptyPoolLimit)
                DropEmptyPools();
        }
    }

    async Task<TenantPool> OpenPoolAsync(PoolSettings settings, TenantId tenant, bool async, CancellationToken cancellationToken)
    {
        var budget = settings.Replica?.Budget ?? _strategies.Servers.Get(settings.Key.Server).Budget;
        using var activity = RouterActivities.OpenPool(settings, tenant);
        try
        {
            return await TenantPool.CreateAsync(
                settings, budget.ShareOf(tenant), budget, _loggers,
                (share, later, stop) => PoolAsync(settings, share.Tenant, later, stop), async, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            RouterActivities.Fail(activity, e);
            throw;
        }
    }

    /// <summary>Proves a placement where something was just made, whether its pool is open already or not.</summary>
    public async Task ProveAsync(PoolSettings settings, TenantId tenant, CancellationToken cancellationToken)
    {
        if (_pools.TryGetValue(settings.Key, out var pool))
        {
            var share = _strategies.Servers.Get(settings.Key.Server).Budget.ShareOf(tenant);
            await pool.ProveAsync(settings, share, async: true, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await PoolAsync(settings, tenant, async: true, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Closes the pool of a placement that is about to go.</summary>
    public async Task CloseAsync(PoolSettings settings)
    {
        if (settings.Owner is null)
            return;
        // Also those that read from standbys: they would keep the database from being dropped there.
        foreach (var key in _pools.Keys.Where(key => key with { Reading = "" } == settings.Key))
        {
            if (_pools.TryRemove(key, out var pool))
                await pool.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Forgets a tenant that is gone.</summary>
    public void Forget(TenantId tenant)
    {
        if (_routes.TryRemove(tenant, out var route))
            route.Forget();
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        _pruning.Dispose();
        foreach (var pool in _pools.Values)
            pool.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _pruning.DisposeAsync().ConfigureAwait(false);
        foreach (var pool in _pools.Values)
            await pool.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Closes what has been idle for longer than its connection string allows.</summary>
    void Prune()
    {
        foreach (var pool in _pools.Values)
            pool.Prune();
        DropEmptyPools();
    }

    /// <summary>
    /// Gives up pools of one tenant each that have no connection, where there are too many of them, those first that
    /// have been empty for longest. The driver keeps some 70 KB for each. A pool that is made again is proven again.
    /// </summary>
    void DropEmptyPools()
    {
        var empty = _pools.Values.Where(static pool => pool.Owner is not null && pool.Open == 0).ToArray();
        foreach (var pool in empty.OrderBy(static pool => pool.EmptySince).Take(empty.Length - _options.Value.EmptyPoolLimit))
        {
            if (!pool.Budget.TryClose(pool))
                continue;
            _pools.TryRemove(KeyValuePair.Create(pool.Key, pool));
            // With the routes to it, or they would keep it.
            _routes.TryRemove(pool.Owner!.Value, out _);
            pool.Dispose();
        }
    }

    async Task<TenantRoute> MakeRouteAsync(Tenant tenant, bool async, CancellationToken cancellationToken)
    {
        var isolation = _strategies[tenant.Placement.Isolation];
        var settings = isolation.PoolFor(tenant.Id, tenant.Placement);
        var pool = await PoolAsync(settings, tenant.Id, async, cancellationToken).ConfigureAwait(false);
        var route = new TenantRoute(tenant, isolation, pool, pool.Budget.ShareOf(tenant.Id), _storage, _routeLogger);
        route.Share.Usage = _usage.Of(tenant.Id);
        route.Apply(_catalog.Current);
        // What made the tenant as the catalog has it now may not have reached the standbys.
        route.Share.Wrote(pool.Budget.Time.GetTimestamp());
        _routes[tenant.Id] = route;
        return route;
    }
}
