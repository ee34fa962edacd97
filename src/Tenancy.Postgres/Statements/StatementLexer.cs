using System.Buffers;

namespace Tenancy;

/// <summary>
/// Splits SQL text into tokens as PostgreSQL does with <c>standard_conforming_strings</c> on (documentation, §4.1): it
/// knows nested comments, quoted names, and plain, escape and dollar-quoted strings.
/// </summary>
internal ref struct StatementLexer(ReadOnlySpan<char> text)
{
    /// <summary>White space to PostgreSQL; others, such as a no-break space, are part of names.</summary>
    const string WhiteSpace = " \t\n\r\f\v";

    readonly ReadOnlySpan<char> _text = text;
    int _position;

    public enum Token
    {
        /// <summary>The text has ended.</summary>
        End,

        /// <summary>An unquoted word: a keyword or a name.</summary>
        Word,

        /// <summary>A quoted name or a string.</summary>
        Quoted,

        /// <summary>One character of punctuation.</summary>
        Symbol,

        /// <summary>A number or a parameter such as <c>$1</c>.</summary>
        Other,
    }

    /// <summary>The text of the token last read.</summary>
    public ReadOnlySpan<char> Value { get; private set; }

    /// <summary>Whether nothing, not even white space, stood between the last two tokens.</summary>
    public bool Follows { get; private set; }

    /// <summary>Reads the next token.</summary>
    public Token Next()
    {
        var end = _position;
        SkipTrivia();
        var start = _position;
        Follows = start == end;
        var token = Read();
        Value = _text[start.._position];
        return token;
    }

    /// <summary>Whether the token last read is this symbol.</summary>
    public readonly bool Is(char symbol) => Value is [var only] && only == symbol;

    /// <summary>Whether the token last read is this keyword, in any case.</summary>
    public readonly bool Is(string keyword) => Value.Equals(keyword, StringComparison.OrdinalIgnoreCase);

    /// <summary>Moves to just before the next character that can begin a string, a comment, or end the statement.</summary>
    public void SkipPlain()
    {
        var next = _text[_position..].IndexOfAny(Interesting);
        // A letter before a quote is its prefix, and one before a dollar makes it part of a name: go back to the word.
        _position = next < 0 ? _text.Length : WordStart(_position + next);
    }

    static readonly SearchValues<char> Interesting = SearchValues.Create(";'\"$-/");

    readonly int WordStart(int position)
    {
        while (position > _position && IsNamePart(_text[position - 1]))
            position--;
        return position;
    }

    Token Read()
    {
        if (_position >= _text.Length)
            return Token.End;
        var c = _text[_position];
        if (c is '\'')
            return ReadString(escapes: false);
        if (c is '"')
            return ReadDelimited('"');
        if (c is '$')
            return ReadDollar();
        if (IsNameStart(c))
        {
            if (c is 'e' or 'E' && Peek(1) is '\'')
            {
                _position++;
                return ReadString(escapes: true);
            }

            while (_position < _text.Length && IsNamePart(_text[_position]))
                _position++;
            return Token.Word;
        }

        _position++;
        if (!char.IsAsciiDigit(c))
            return Token.Symbol;
        while (_position < _text.Length && (char.IsAsciiLetterOrDigit(_text[_position]) || _text[_position] is '_' or '.'))
            _position++;
        return Token.Other;
    }

    readonly char Peek(int ahead) => _position + ahead < _text.Length ? _text[_position + ahead] : '\0';

    void SkipTrivia()
    {
        while (_position < _text.Length)
        {
            if (WhiteSpace.Contains(_text[_position], StringComparison.Ordinal))
                _position++;
            else if (_text[_position] is '-' && Peek(1) is '-')
                SkipLine();
            else if (_text[_position] is '/' && Peek(1) is '*')
                SkipBlock();
            else
                return;
        }
    }

    void SkipLine()
    {
        var end = _text[_position..].IndexOfAny('\n', '\r');
        _position = end < 0 ? _text.Length : _position + end;
    }

    void SkipBlock()
    {
        var depth = 0;
        do
        {
            if (_text[_position] is '/' && Peek(1) is '*')
                (depth, _position) = (depth + 1, _position + 2);
            else if (_text[_position] is '*' && Peek(1) is '/')
                (depth, _position) = (depth - 1, _position + 2);
            else
                _position++;
        }
        while (depth > 0 && _position < _text.Length);
    }

    Token ReadString(bool escapes)
    {
        do
        {
            _position++;
            while (_position < _text.Length && _text[_position] is not '\'')
                _position += escapes && _text[_position] is '\\' ? 2 : 1;
            _position = Math.Min(_position + 1, _text.Length);
        }
        while (_position < _text.Length && (_text[_position] is '\'' || escapes && ContinuesOnNextLine()));
        return Token.Quoted;
    }

    /// <summary>A string goes on after white space with a line break; an escape string then still knows escapes.</summary>
    bool ContinuesOnNextLine()
    {
        var before = _position;
        SkipTrivia();
        if (_position < _text.Length && _text[_position] is '\'' && _text[before.._position].IndexOfAny('\n', '\r') >= 0)
            return true;
        _position = before;
        return false;
    }

    Token ReadDelimited(char quote)
    {
        do
        {
            var end = _text[(_position + 1)..].IndexOf(quote);
            _position = end < 0 ? _text.Length : _position + end + 2;
        }
        while (_position < _text.Length && _text[_position] == quote);
        return Token.Quoted;
    }

    Token ReadDollar()
    {
        var start = _position++;
        if (_position < _text.Length && IsNameStart(_text[_position]))
        {
            while (_position < _text.Length && IsNamePart(_text[_position]) && _text[_position] is not '$')
                _position++;
        }

        if (_position >= _text.Length || _text[_position] is not '$')
        {
            _position = start + 1;
            while (_position < _text.Length && char.IsAsciiDigit(_text[_position]))
                _position++;
            return Token.Other;
        }

        var tag = _text[start..++_position];
        var end = _text[_position..].IndexOf(tag);
        _position = end < 0 ? _text.Length : _position + end + tag.Length;
        return Token.Quoted;
    }

    static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c is '_' || c > '\x7f';

    static bool IsNamePart(char c) => IsNameStart(c) || char.IsAsciiDigit(c) || c is '$';
}
