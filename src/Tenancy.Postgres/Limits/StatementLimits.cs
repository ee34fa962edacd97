using System.Globalization;
using System.Runtime.CompilerServices;

namespace Tenancy;

/// <summary>What a tier limits in each statement, in the units of the server: milliseconds and kB.</summary>
/// <param name="Tier">The tier's name.</param>
/// <param name="Timeout">How long one statement may run.</param>
/// <param name="Idle">How long a transaction may wait for its next statement.</param>
/// <param name="Memory">Memory of one step of a query.</param>
/// <param name="Files">Temporary files of one process.</param>
/// <param name="Slots">Transactions at once, over all processes.</param>
/// <param name="ResultBytes">Bytes of the rows of one execution, which the client counts.</param>
internal sealed record StatementLimits(string Tier, int? Timeout, int? Idle, int? Memory, int? Files, int? Slots = null, long? ResultBytes = null)
{
    static readonly ConditionalWeakTable<QueryLimits, StatementLimits> Known = [];

    /// <summary>How long one statement may run.</summary>
    public TimeSpan? Longest => Timeout is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null;

    /// <summary>Whether the server is told any.</summary>
    bool IsSent => (Timeout ?? Idle ?? Memory ?? Files) is not null;

    /// <summary>What is limited; none where nothing is, so that the statements need not say anything.</summary>
    /// <param name="tier">The tier's name.</param>
    /// <param name="queries">The limits of the tier, or of one tenant of it.</param>
    /// <param name="limitsFiles">Whether the server lets the scope limit temporary files.</param>
    public static StatementLimits? Of(string tier, QueryLimits? queries, bool limitsFiles)
    {
        if (queries is null)
            return null;
        var limits = Known.GetValue(queries, queries => new StatementLimits(
            tier, Milliseconds(queries.Timeout), Milliseconds(queries.IdleInTransaction),
            Kilobytes(queries.WorkMemoryBytes), Kilobytes(queries.MaxTemporaryBytes),
            queries.MaxConcurrentOverall, queries.MaxResultBytes));
        if (!limitsFiles && limits.Files is not null)
            limits = limits with { Files = null };
        return limits.IsSent || limits.Slots is not null || limits.ResultBytes is not null ? limits : null;
    }

    /// <summary>The arguments behind the tenant's. Numbers of ours, so that a tier has one text, and no parameter is sent.</summary>
    public string ToArguments() => IsSent ? $", {Number(Timeout)}, {Number(Idle)}, {Number(Memory)}, {Number(Files)}" : "";

    static string Number(int? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "null";

    static int? Milliseconds(TimeSpan? time) => time is { } value ? (int)Math.Ceiling(value.TotalMilliseconds) : null;

    static int? Kilobytes(long? bytes) => bytes is { } value ? (int)(value >> 10) : null;
}
