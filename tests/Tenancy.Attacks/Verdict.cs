namespace Tenancy.Attacks;

/// <summary>How an attack ended: answered, or refused with a code.</summary>
public static class Verdict
{
    public const string Answered = "answered";

    /// <summary>Refused before it was sent.</summary>
    public const string Refused = "refused";

    /// <summary>Answered with columns that the caller does not read.</summary>
    public const string Unreadable = "unreadable";

    /// <summary>An error that shows the value which could not be read.</summary>
    public const string ShowsOwn = "22P02";

    /// <summary>Codes by which a refusal is ours or the server's rights at work. Any other error is a bug, or an attack that never ran.</summary>
    public static readonly IReadOnlyDictionary<string, string> Denials = new Dictionary<string, string>
    {
        [Answered] = "ran, and is looked at cell by cell",
        [Refused] = "StatementRefusedException, a member that is not supported, or EF Core that cannot compose over the text",
        [Unreadable] = "EF Core and Dapper ask for columns that the answer does not have",
        ["42501"] = "insufficient privilege: a revoked function, row security, the latch",
        ["42601"] = "several statements, refused by the server",
        ["42P01"] = "a table that cannot be seen from here",
        ["3F000"] = "a schema that does not exist here",
        ["42883"] = "a function that is not installed, or has no such overload",
        [ShowsOwn] = "a value that is no uuid or number; it may show A's own rows",
        ["0A000"] = "writing, or SET, where only reading is allowed",
        ["22000"] = "a text that is no query, where only a query is read",
        ["42P11"] = "the same, for a cursor",
        ["34000"] = "a cursor that does not exist",
        ["23514"] = "the check that keeps a database to its tenant",
        ["428C9"] = "a generated value cannot be given",
        ["TN001"] = "a session that an earlier attack left something in, found before anything ran, behind a savepoint or in a TransactionScope",
        ["25006"] = "writing in a transaction that only reads",
    };

    /// <summary>The code of an error; null where the error is none of a refusal's.</summary>
    public static string? Code(Exception error) => error switch
    {
        StatementRefusedException or NotSupportedException => Refused,
        PostgresException server => server.SqlState,
        InvalidCastException => Unreadable,
        InvalidOperationException { Message: var message } when message.Contains("'Value' was not present", StringComparison.Ordinal)
            || message.Contains("No columns were selected", StringComparison.Ordinal) => Unreadable,
        InvalidOperationException { Message: var message } when message.Contains("non-composable SQL", StringComparison.Ordinal) => Refused,
        { InnerException: { } inner } => Code(inner),
        _ => null,
    };

    /// <summary>Everything an error says, as an application that shows or logs it would.</summary>
    public static IEnumerable<string> Says(Exception error)
    {
        for (var one = error; one is not null; one = one.InnerException)
        {
            yield return one.ToString();
            if (one is PostgresException server)
            {
                yield return string.Join('\n', server.MessageText, server.Detail, server.Hint, server.Where, server.InternalQuery, server.ConstraintName, server.TableName);
                foreach (System.Collections.DictionaryEntry entry in server.Data)
                    yield return $"{entry.Value}";
            }
        }
    }
}
