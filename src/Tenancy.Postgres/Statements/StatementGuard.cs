namespace Tenancy;

/// <summary>
/// Decides by its first keyword whether a statement may run on a tenant's connection. An allow-list: what it does not
/// know could change the session. It ends accidents and gives a clear error; the boundary itself is the server's.
/// </summary>
internal static class StatementGuard
{
    /// <summary>Statements that read and write rows.</summary>
    static readonly string[] Allowed =
        ["select", "insert", "update", "delete", "with", "merge", "values", "table", "fetch", "move", "close", "show"];

    static readonly (string[] Keywords, string Reason)[] Refusals =
    [
        (["set", "reset", "discard", "load"],
            "it would change the session for the next tenant. Settings come from the tenant's scope"),
        (["begin", "start", "commit", "end", "rollback", "abort", "savepoint", "release"],
            "transactions go through BeginTransaction, and savepoints through DbTransaction.Save"),
        (["prepare", "execute", "deallocate"],
            "a prepared statement would outlive the lease. Statements are prepared automatically"),
        (["listen", "unlisten", "notify"],
            "a channel is shared by all tenants. Use a connection that belongs to no tenant"),
        (["do", "call"],
            "a code block or procedure can commit, which ends the scope. Call a function with SELECT"),
        (["explain"],
            "its estimates come from the rows of all tenants. Explain the statement as the migrator"),
        (["copy"],
            "it goes past the command. Insert many rows with insert … select … from unnest(…)"),
        (["create", "alter", "drop", "truncate", "grant", "revoke", "comment", "reindex", "vacuum", "analyze", "cluster", "refresh", "lock"],
            "the serving login changes rows, not objects. Put it into a migration"),
    ];

    /// <summary>Refuses a text that is not exactly one statement of the kinds that may run.</summary>
    /// <exception cref="StatementRefusedException">It is not; the message says why and what to do instead.</exception>
    public static void Check(ReadOnlySpan<char> sql)
    {
        var lexer = new StatementLexer(sql);
        CheckKind(ref lexer);
        CheckSingle(ref lexer);
    }

    static void CheckKind(ref StatementLexer lexer)
    {
        var token = lexer.Next();
        // Empty statements and the parentheses of a query come before its keyword.
        while (token == StatementLexer.Token.Symbol && (lexer.Is(';') || lexer.Is('(')))
            token = lexer.Next();
        if (token == StatementLexer.Token.End)
            throw new StatementRefusedException("The command has no statement. Set CommandText.");
        if (token == StatementLexer.Token.Word)
        {
            foreach (var keyword in Allowed)
            {
                if (lexer.Is(keyword))
                    return;
            }

            if (lexer.Is("declare"))
            {
                CheckCursor(ref lexer);
                return;
            }
        }

        throw Refusal(lexer.Value);
    }

    static void CheckCursor(ref StatementLexer lexer)
    {
        for (var token = lexer.Next(); token != StatementLexer.Token.End && !lexer.Is("for"); token = lexer.Next())
        {
            if (token == StatementLexer.Token.Word && lexer.Is("hold"))
            {
                throw new StatementRefusedException(
                    "A cursor WITH HOLD is refused on a tenant's connection: its rows would outlive the lease. Declare it without, inside a transaction.");
            }
        }
    }

    static void CheckSingle(ref StatementLexer lexer)
    {
        var ended = false;
        while (true)
        {
            if (!ended)
                lexer.SkipPlain();
            var token = lexer.Next();
            if (token == StatementLexer.Token.End)
                return;
            if (token == StatementLexer.Token.Symbol && lexer.Is(';'))
                ended = true;
            else if (ended)
            {
                throw new StatementRefusedException(
                    "The command holds several statements. A command carries one: text injected into it can then add no other. " +
                    "Send several as a DbBatch.");
            }
        }
    }

    static StatementRefusedException Refusal(ReadOnlySpan<char> keyword)
    {
        foreach (var (keywords, reason) in Refusals)
        {
            foreach (var refused in keywords)
            {
                if (keyword.Equals(refused, StringComparison.OrdinalIgnoreCase))
                    return new($"A statement that begins with {refused.ToUpperInvariant()} is refused on a tenant's connection: {reason}.");
            }
        }

        return new("The statement is refused on a tenant's connection: it does not begin with " +
                   string.Join(", ", Allowed).ToUpperInvariant() + " or DECLARE.");
    }
}
