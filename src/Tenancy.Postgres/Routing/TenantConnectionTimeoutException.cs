namespace Tenancy;

/// <summary>All connections that this process may hold to a server were in use until the time to wait for one was over.</summary>
public sealed class TenantConnectionTimeoutException : TimeoutException, ITenantRefusal
{
    internal TenantConnectionTimeoutException(ServerBudget budget, SessionPool pool, TenantShare share, TimeSpan waited)
        : this(budget, pool, share, share.Held, waited)
    {
    }

    TenantConnectionTimeoutException(ServerBudget budget, SessionPool pool, TenantShare share, int held, TimeSpan waited)
        : base(Explain(budget, pool, share, held, waited))
    {
        Budget = budget.Limit;
        Waiting = budget.Waiting;
        Waited = waited;
        Held = held;
        IsOwnLimit = held >= share.MaxConcurrent && share.MaxConcurrent <= budget.MostPerTenant;
    }

    /// <summary>Connections that the tenants' pools may hold to the server.</summary>
    public int Budget { get; }

    /// <summary>Requests that were waiting for one, this one not counted.</summary>
    public int Waiting { get; }

    /// <summary>How long this one waited.</summary>
    public TimeSpan Waited { get; }

    /// <summary>
    /// Connections to the server that the tenant held then. Above 0, work of its own may be what it waited for: one that opens a
    /// connection while it has another, as many times at once as there are connections.
    /// </summary>
    public int Held { get; }

    /// <summary>Whether the tenant held as many as its own tier allows, so that others could still be served.</summary>
    public bool IsOwnLimit { get; }

    TenantRefusalKind ITenantRefusal.Kind => IsOwnLimit ? TenantRefusalKind.LimitExceeded : TenantRefusalKind.CapacityShort;

    TimeSpan? ITenantRefusal.RetryAfter => TimeSpan.FromSeconds(1);

    IReadOnlyList<string> ITenantRefusal.ViolatedPolicies => IsOwnLimit ? [TenantConcurrencyException.Policy] : [];

    static string Explain(ServerBudget budget, SessionPool pool, TenantShare share, int held, TimeSpan waited)
    {
        var settings = budget.Setting[..budget.Setting.LastIndexOf(':')];
        var reason = held >= Math.Min(share.MaxConcurrent, budget.MostPerTenant)
            ? share.MaxConcurrent <= budget.MostPerTenant
                ? $"the tenant holds as many as its tier allows ({share.MaxConcurrent}). Raise Queries:MaxConcurrent (or MaxConcurrentOverall) of the tier, or hold connections for less time."
                : $"the tenant holds three quarters of the budget of {budget.Limit}, the most that one tenant may. Raise {budget.Setting}, or hold connections for less time."
            : pool.Open >= pool.Capacity && pool.Capacity < budget.Limit
                ? $"its pool has the most connections it may ({pool.Capacity}). Raise {settings}:{(pool.IsShared ? "SharedPoolSize" : "DatabasePoolSize")}, or hold connections for less time."
                : $"the budget of {budget.Limit} is in use. Raise {budget.Setting} (and the server's max_connections), or hold connections for less time.";
        // Administration holds some as well, and never two for one piece of work.
        var nested = held > 0 && share.Tenant != default
            ? $" The tenant itself holds {held}: where its work opens a connection while it has another one, such work waits for its own like, and more connections only put that off. Use one connection for both, or close the first before the next is opened."
            : "";
        return $"No connection to the server '{budget.Server}' became free within {waited.TotalSeconds:0.#} s, and {budget.Waiting} more requests wait: {reason}{nested}";
    }
}
