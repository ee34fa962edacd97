using Npgsql;

namespace Tenancy;

/// <summary>As many of the tenant's transactions were running as its tier allows, in all processes together, and none ended in time.</summary>
/// <remarks>
/// It is thrown after waiting for as long as for a connection (<c>Timeout</c> of the connection string); at once for the first
/// statement of a <c>TransactionScope</c>, or behind a savepoint, where the shortage was not known before.
/// </remarks>
public sealed class TenantConcurrencyException : NpgsqlException, ITenantRefusal
{
    /// <summary>The code with which the server refuses.</summary>
    internal const string Refused = "TN002";

    /// <summary>What the limit is called in answers.</summary>
    internal const string Policy = "concurrent-queries";

    internal TenantConcurrencyException(StatementLimits? limits, TimeSpan waited, Exception? error = null)
        : base(Explain(limits, waited), error)
    {
        Tier = limits?.Tier ?? "";
        Limit = limits?.Slots ?? 0;
        Waited = waited;
    }

    /// <summary>The tier that has the limit.</summary>
    public string Tier { get; }

    /// <summary>How many may run at once: <see cref="QueryLimits.MaxConcurrentOverall"/> of the tier.</summary>
    public int Limit { get; }

    /// <summary>How long this one waited.</summary>
    public TimeSpan Waited { get; }

    /// <inheritdoc/>
    public override string SqlState => Refused;

    /// <summary>Always: later one of them will have ended.</summary>
    public override bool IsTransient => true;

    TenantRefusalKind ITenantRefusal.Kind => TenantRefusalKind.LimitExceeded;

    TimeSpan? ITenantRefusal.RetryAfter => TimeSpan.FromSeconds(1);

    IReadOnlyList<string> ITenantRefusal.ViolatedPolicies => [Policy];

    internal static bool Is(Exception error) => error is PostgresException { SqlState: Refused };

    static string Explain(StatementLimits? limits, TimeSpan waited) =>
        $"The tenant runs as many transactions at once as its tier '{limits?.Tier}' allows over all processes ({limits?.Slots}), and none ended within {waited.TotalSeconds:0.#} s. " +
        "Keep transactions shorter, or raise Queries:MaxConcurrentOverall of the tier.";
}
