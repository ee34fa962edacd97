using Npgsql;

namespace Tenancy;

/// <summary>A statement ran for longer than the tenant's tier allows, and was ended by the server.</summary>
/// <remarks>
/// It is caught like a timeout of the driver's: as an <see cref="NpgsqlException"/> whose inner exception is a
/// <see cref="TimeoutException"/>. A token that was cancelled, <c>Cancel()</c> and a shorter <c>CommandTimeout</c> of the
/// caller's surface as they do without a tier. It is not transient: repeated, the statement would take as long.
/// </remarks>
public sealed class TenantQueryTimeoutException : NpgsqlException, IQueryTimeout
{
    internal TenantQueryTimeoutException(StatementLimits limits, TimeSpan limit, Exception error)
        : base(Explain(limits, limit), new TimeoutException(error.Message, error))
    {
        Tier = limits.Tier;
        Limit = limit;
        SqlState = (error as PostgresException)?.SqlState;
    }

    /// <inheritdoc/>
    public string Tier { get; }

    /// <inheritdoc/>
    public TimeSpan Limit { get; }

    /// <summary>
    /// The server's code, <c>57014</c>; <see langword="null"/> where the server did not answer in time and the driver gave up.
    /// </summary>
    public override string? SqlState { get; }

    /// <summary>Never: the statement would be ended again.</summary>
    public override bool IsTransient => false;

    static string Explain(StatementLimits limits, TimeSpan limit) =>
        $"The statement ran for longer than the {limit.TotalSeconds:0.###} s that the tier '{limits.Tier}' allows, and was ended. " +
        "Ask for less at once or add an index, or raise Queries:Timeout of the tier.";
}
