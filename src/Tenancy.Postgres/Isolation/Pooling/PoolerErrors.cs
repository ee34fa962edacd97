using Npgsql;

namespace Tenancy;

/// <summary>What PgBouncer says in its own name: all of it has one code, so that only the text tells.</summary>
internal static class PoolerErrors
{
    /// <summary>The pooler has no place for another connection, or cannot reach the server for now.</summary>
    public static bool IsTransient(PostgresException error) => Says(error, "no more connections allowed", "server login has been failing",
        "too many clients", "remaining connection slots", "cannot connect", "shutting down", "query_wait_timeout");

    /// <summary>The message waited for a session and got none: nothing of it ran.</summary>
    public static bool IsUnassigned(PostgresException error) => Says(error, "query_wait_timeout", "server login has been failing");

    /// <summary>A parameter of the connection is refused, as only a pooler does.</summary>
    public static bool IsRefusedParameter(PostgresException error) => Says(error, "unsupported startup parameter");

    /// <summary>A transaction is refused, as pool_mode = statement does.</summary>
    public static bool IsStatementPooling(PostgresException error) => Says(error, "transaction blocks not allowed in statement pooling");

    static bool Says(PostgresException error, params ReadOnlySpan<string> texts)
    {
        if (error.SqlState != PostgresErrorCodes.ProtocolViolation)
            return false;
        foreach (var text in texts)
        {
            if (error.MessageText.Contains(text, StringComparison.Ordinal))
                return true;
        }

        return false;
    }
}
