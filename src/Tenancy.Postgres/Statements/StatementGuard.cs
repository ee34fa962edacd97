using System.Data;

namespace Tenancy;

/// <summary>
/// Decides by its first keyword whether a statement may run on a tenant's connection. An allow-list: what it does not
/// know could change the session. It ends accidents and gives a clear error; the boundary itself is the server's.
/// </summary>
internal static class StatementGuard
{
    /// <summary>Statements that read rows, unless a function in them writes.</summary>
    static readonly string[] Reading = ["select", "values", "table"];

    /// <summary>Statements that read and write rows.</summary>
    static readonly string[] Allowed =
        ["select", "insert", "update", "delete", "with", "merge", "values", "table", "fetch", "move", "close", "show", "call"];

    static readonly (string[] Keywords, string Reason)[] Refusals =
    [
        (["set", "reset", "discard", "load"],
            "it would change the session for the next tenant. Settings come from the tenant's scope"),
        (["begin", "start", "commit", "end", "rollback", "abort", "savepoint", "release"],
            "transactions go through BeginTransaction, and savepoints through DbTransaction.Save"),
        (["prepare", "execute", "deallocate"],
            "a prepared statement would outlive the lease. Statements are prepared automatically"),
        (["listen", "unlisten", "notify"],
            "a channel is shared by all tenants. Use a connection that belongs to no tenant, and name the tenant in the payload"),
        (["do"],
            "a code block can commit, which ends the scope. Call a function with SELECT, or a procedure with CALL"),
        (["explain"],
            "its estimates come from the rows of all tenants. Explain the statement as the migrator"),
        (["copy"],
            "it goes past the command. Insert many rows with BulkInsertAsync, and write rows out with ExportAsync"),
        (["create", "alter", "drop", "truncate", "grant", "revoke", "comment", "reindex", "vacuum", "analyze", "cluster", "refresh", "lock"],
            "the serving login changes rows, not objects. Put it into a migration"),
    ];

    /// <summary>Refuses a text that is not exactly one statement of the kinds that may run.</summary>
    /// <exception cref="StatementRefusedException">It is not; the message says why and what to do instead.</exception>
    public static StatementKind Check(ReadOnlySpan<char> sql)
    {
        var lexer = new StatementLexer(sql);
        var kind = CheckKind(ref lexer);
        CheckSingle(ref lexer);
        return kind;
    }

    /// <summary>Refuses a text that is not the name of one table or procedure, with a schema or without.</summary>
    /// <exception cref="StatementRefusedException">It is not; the message says what to do instead.</exception>
    public static void CheckName(ReadOnlySpan<char> name, CommandType type)
    {
        var lexer = new StatementLexer(name);
        while (IsName(lexer.Next(), lexer.Value))
        {
            if (lexer.Next() == StatementLexer.Token.End)
                return;
            if (!lexer.Is('.'))
                break;
        }

        throw new StatementRefusedException(
            $"With CommandType.{type} the text of a command is a name, such as app.notes. Quote a name of other characters, or use CommandType.Text.");

        static bool IsName(StatementLexer.Token token, ReadOnlySpan<char> text) =>
            token == StatementLexer.Token.Word
            || token == StatementLexer.Token.Quoted && text is ['"', _, .., '"'] && text.Count('"') % 2 == 0;
    }

    /// <summary>Refuses a text that cannot stand between parentheses as one query.</summary>
    /// <exception cref="StatementRefusedException">It is not one; the message says what to do instead.</exception>
    public static void CheckQuery(ReadOnlySpan<char> sql)
    {
        var lexer = new StatementLexer(sql);
        var depth = 0;
        for (var token = lexer.Next(); token != StatementLexer.Token.End; token = lexer.Next())
        {
            if (token != StatementLexer.Token.Symbol)
                continue;
            depth += lexer.Is('(') ? 1 : lexer.Is(')') ? -1 : 0;
            if (depth < 0 || lexer.Is(';'))
                break;
        }

        var first = new StatementLexer(sql);
        if (depth != 0 || lexer.Is(';') || Check(sql) != StatementKind.Query && (first.Next() != StatementLexer.Token.Word || !first.Is("with")))
        {
            throw new StatementRefusedException(
                "An export takes one query: SELECT, VALUES, TABLE or WITH, without a semicolon and with its parentheses closed.");
        }
    }

    static StatementKind CheckKind(ref StatementLexer lexer)
    {
        var token = lexer.Next();
        // Empty statements and the parentheses of a query come before its keyword.
        while (token == StatementLexer.Token.Symbol && (lexer.Is(';') || lexer.Is('(')))
            token = lexer.Next();
        if (token == StatementLexer.Token.End)
            throw new StatementRefusedException("The command has no statement. Set CommandText.");
        if (token == StatementLexer.Token.Word)
        {
            foreach (var keyword in Reading)
            {
                if (lexer.Is(keyword))
                    return StatementKind.Query;
            }

            foreach (var keyword in Allowed)
            {
                if (lexer.Is(keyword))
                    return lexer.Is("call") ? StatementKind.Call : StatementKind.Other;
            }

            if (lexer.Is("declare"))
            {
                CheckCursor(ref lexer);
                return StatementKind.Other;
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
