namespace Tenancy;

/// <summary>Tells whether a statement adds or changes rows. What a function or procedure in it does cannot be seen.</summary>
internal static class GrowingStatement
{
    public static bool Is(ReadOnlySpan<char> sql)
    {
        var lexer = new StatementLexer(sql);
        var token = lexer.Next();
        while (token == StatementLexer.Token.Symbol && (lexer.Is(';') || lexer.Is('(')))
            token = lexer.Next();
        if (token != StatementLexer.Token.Word)
            return false;
        return lexer.Is("insert") || lexer.Is("update") || lexer.Is("merge") || lexer.Is("with") && IsBehindWith(ref lexer);
    }

    /// <summary>Any of its parts may change rows: at the beginning of a parenthesis, or behind its end.</summary>
    static bool IsBehindWith(ref StatementLexer lexer)
    {
        var begins = false;
        for (var token = lexer.Next(); token != StatementLexer.Token.End; token = lexer.Next())
        {
            if (begins && token == StatementLexer.Token.Word && (lexer.Is("insert") || lexer.Is("update") || lexer.Is("merge")))
                return true;
            begins = token == StatementLexer.Token.Symbol && (lexer.Is('(') || lexer.Is(')'));
        }

        return false;
    }
}
