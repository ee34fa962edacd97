namespace Tenancy;

/// <summary>What the router does now, for a page of yours or a log. A singleton.</summary>
public sealed class TenancyDiagnostics
{
    /// <summary>The name of this package's meter, for <c>AddMeter</c>.</summary>
    public const string MeterName = "Tenancy.Postgres";

    /// <summary>
    /// The name of this package's activity source, for <c>AddSource</c>: waiting for a connection (<c>tenancy.connection.wait</c>)
    /// and opening a pool (<c>tenancy.pool.open</c>). Spans name the tenant by its id; no metric does.
    /// </summary>
    public const string ActivitySourceName = "Tenancy.Postgres";

    /// <summary>How many tenants a snapshot names for each server, by default.</summary>
    public const int DefaultTop = 10;

    readonly IsolationStrategies _strategies;

    internal TenancyDiagnostics(IsolationStrategies strategies) => _strategies = strategies;

    /// <summary>Reads the counters of all servers. It takes no lock for long, and asks no server.</summary>
    /// <param name="top">How many tenants to name for each server in each of its two lists. Default: 10.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="top"/> is negative.</exception>
    public IReadOnlyList<ServerDiagnostics> Snapshot(int top = DefaultTop)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(top);
        return [.. _strategies.Servers.All.SelectMany(static server => server.Budgets).Select(budget => budget.Describe(top))];
    }
}
