namespace Tenancy;

/// <summary>Tells whether a statement adds or changes rows. What a function or procedure in it does cannot be seen.</summary>
internal static class GrowingStatement
{
    /// <summary>Reserved words, of which SEARCH and CYCLE clauses have none: behind them it was another one's name.</summary>
    static readonly string[] Elsewhere = ["select", "from", "where", "for", "as", "order", "group", "having", "limit", "union", "then", "end"];

    /// <summary>Behind these words of SEARCH and CYCLE a name or a value follows.</summary>
    static readonly string[] BeforeNames = ["by", "set", "to", "default", "using"];

    public static bool Is(ReadOnlySpan<char> sql)
    {
        var lexer = new StatementLexer(sql);
        var token = lexer.Next();
        while (token == StatementLexer.Token.Symbol && (lexer.Is(';') || lexer.Is('(')))
            token = lexer.Next();
        if (token != StatementLexer.Token.Word)
            return false;
        return Changes(lexer) || lexer.Is("with") && IsBehindWith(ref lexer);
    }

    /// <summary>
    /// Any of its parts may change rows: at the beginning of a parenthesis, or behind its end, where the words of SEARCH and
    /// CYCLE may come before.
    /// </summary>
    static bool IsBehindWith(ref StatementLexer lexer)
    {
        var (begins, ended, searches, names) = (false, false, false, false);
        for (var token = lexer.Next(); token != StatementLexer.Token.End; token = lexer.Next())
        {
            if (token == StatementLexer.Token.Word)
            {
                if ((begins || searches && !names) && Changes(lexer))
                    return true;
                searches = ended && (lexer.Is("search") || lexer.Is("cycle")) || searches && (names || !IsOf(lexer, Elsewhere));
                // BREADTH FIRST BY comes before names as well.
                names = ended && searches && lexer.Is("cycle") || !names && IsOf(lexer, BeforeNames);
            }
            else
            {
                names = searches && token == StatementLexer.Token.Symbol && lexer.Is(',');
            }

            ended = token == StatementLexer.Token.Symbol && lexer.Is(')');
            begins = ended || token == StatementLexer.Token.Symbol && lexer.Is('(');
            searches &= !begins;
        }

        return false;
    }

    static bool Changes(in StatementLexer lexer) => lexer.Is("insert") || lexer.Is("update") || lexer.Is("merge");

    static bool IsOf(in StatementLexer lexer, string[] words)
    {
        foreach (var word in words)
        {
            if (lexer.Is(word))
                return true;
        }

        return false;
    }
}
