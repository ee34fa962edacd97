using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Tenancy;

/// <summary>Finds where a tenant's reads go: to a standby that has all the tenant wrote, or else to the primary.</summary>
internal sealed class ReaderRoutes(TenantRouter router, IsolationStrategies strategies, ILogger logger)
{
    readonly ConcurrentDictionary<string, CatchUp> _measures = new(StringComparer.Ordinal);

    /// <summary>Leases a session that only reads.</summary>
    /// <param name="ordinary">The tenant's route to where it writes.</param>
    /// <param name="async">Whether to await the driver; otherwise the task returned is complete.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async ValueTask<(TenantRoute Route, Session Session)> LeaseAsync(TenantRoute ordinary, bool async, CancellationToken cancellationToken)
    {
        TenantRoute route;
        if (Choose(ordinary) is { } replica)
        {
            try
            {
                route = await ToAsync(ordinary, replica, async, cancellationToken).ConfigureAwait(false);
                return (route, await LeaseAsync(route).ConfigureAwait(false));
            }
            catch (NpgsqlException e)
            {
                if (replica.TakeRest(e))
                    Log.ReplicaUnused(logger, replica.Budget.Server, e.GetType().Name);
            }
        }

        route = await ToAsync(ordinary, null, async, cancellationToken).ConfigureAwait(false);
        return (route, await LeaseAsync(route).ConfigureAwait(false));

        ValueTask<Session> LeaseAsync(TenantRoute to) =>
            async ? to.Pool.LeaseAsync(to.Share, cancellationToken) : new ValueTask<Session>(to.Pool.Lease(to.Share));
    }

    /// <summary>The route to a replica, or to sessions of the primary that only read.</summary>
    public async ValueTask<TenantRoute> ToAsync(TenantRoute ordinary, Replica? replica, bool async, CancellationToken cancellationToken)
    {
        if (ordinary.ReaderOf(replica) is { Pool.IsClosed: false } known)
            return known;
        var tenant = ordinary.Tenant;
        var settings = TenantServer.ForReading(ordinary.Isolation.PoolFor(tenant.Id, tenant.Placement), replica);
        var pool = await router.PoolAsync(settings, tenant.Id, async, cancellationToken).ConfigureAwait(false);
        return ordinary.AddReader(replica, pool);
    }

    Replica? Choose(TenantRoute ordinary)
    {
        var server = strategies.Servers.Get(ordinary.Tenant.Placement.Server);
        if (server.Replicas is not { } replicas)
            return null;
        var chosen = replicas.Choose(ordinary.Tenant.Id, ordinary.Share, out var behind);
        if (behind)
            _measures.GetOrAdd(server.Name, static (_, state) => new CatchUp(state.router, state.server, state.logger), (router, server, logger)).Look();
        return chosen;
    }
}
