namespace Tenancy;

/// <summary>What the router does now, for a page of yours or a log. A singleton.</summary>
public sealed class TenancyDiagnostics
{
    /// <summary>The name of this package's meter, for <c>AddMeter</c>.</summary>
    public const string MeterName = "Tenancy.Postgres";

    /// <summary>How many tenants a snapshot names for each server, by default.</summary>
    public const int DefaultTop = 10;

    readonly IsolationStrategies _strategies;

    internal TenancyDiagnostics(IsolationStrategies strategies) => _strategies = strategies;

    /// <summary>Reads the counters of all servers. It takes no lock for long, and asks no server.</summary>
    /// <param name="top">How many tenants to name for each server, those that waited longest first. Default: 10.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="top"/> is negative.</exception>
    public IReadOnlyList<ServerDiagnostics> Snapshot(int top = DefaultTop)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(top);
        return [.. _strategies.Servers.All.SelectMany(static server => server.Budgets).Select(budget => budget.Describe(top))];
    }
}
