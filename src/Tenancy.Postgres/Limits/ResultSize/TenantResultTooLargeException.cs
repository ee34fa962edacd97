using Npgsql;

namespace Tenancy;

/// <summary>A result is larger than the tenant's tier allows. It was cancelled there, and what it had not sent is not read.</summary>
/// <remarks>
/// The connection goes on. A transaction that the statement was part of has failed and has to be rolled back, as after any
/// cancellation. What a statement changed whose own rows were too many (<c>RETURNING</c>) may stand: the server has made the
/// change before it sends them.
/// </remarks>
public sealed class TenantResultTooLargeException : NpgsqlException, ITenantRefusal
{
    internal TenantResultTooLargeException(StatementLimits limits)
        : base($"The result has more than the {limits.ResultBytes:N0} bytes that the tier '{limits.Tier}' allows, and was cancelled. " +
               "Ask for fewer rows or columns, or page by page, or raise Queries:MaxResultBytes of the tier.")
    {
        Tier = limits.Tier;
        Limit = limits.ResultBytes ?? 0;
    }

    /// <summary>The tier that has the limit.</summary>
    public string Tier { get; }

    /// <summary>Bytes that a result may have: <see cref="QueryLimits.MaxResultBytes"/> of the tier.</summary>
    public long Limit { get; }

    /// <summary>Never: the result would be as large again.</summary>
    public override bool IsTransient => false;

    TenantRefusalKind ITenantRefusal.Kind => TenantRefusalKind.ResultTooLarge;

    TimeSpan? ITenantRefusal.RetryAfter => null;

    IReadOnlyList<string> ITenantRefusal.ViolatedPolicies => [];
}
