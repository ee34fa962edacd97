namespace Tenancy;

/// <summary>
/// The slugs in one claim of a list: its text, or the strings of a JSON array. Written by hand because it allocates
/// nothing; escapes stay as they are, since no slug needs one.
/// </summary>
internal struct ListedSlugs(string value)
{
    int _at = 0;
    bool _inside = false;

    /// <summary>The text begins like an array and is not one of strings.</summary>
    public bool IsMalformed { get; private set; }

    public bool TryNext(out ReadOnlyMemory<char> slug)
    {
        slug = default;
        if (_at > value.Length)
            return false;
        if (!_inside)
        {
            if (!value.StartsWith('['))
            {
                _at = value.Length + 1;
                slug = value.AsMemory();
                return true;
            }

            _at = 1;
            if (Peek() == ']')
                return End();
        }
        else if (Peek() == ']')
        {
            return End();
        }
        else if (Peek() != ',')
        {
            return Malformed();
        }
        else
        {
            _at++;
        }

        _inside = true;
        if (Peek() != '"')
            return Malformed();
        var start = ++_at;
        while (_at < value.Length && value[_at] != '"')
            _at += value[_at] == '\\' ? 2 : 1;
        if (_at >= value.Length)
            return Malformed();
        slug = value.AsMemory(start, _at++ - start);
        return true;
    }

    /// <summary>The next character that is no white space; NUL, which JSON does not have, at the end.</summary>
    char Peek()
    {
        while (_at < value.Length && value[_at] is ' ' or '\t' or '\r' or '\n')
            _at++;
        return _at < value.Length ? value[_at] : '\0';
    }

    bool End()
    {
        _at++;
        IsMalformed = Peek() != '\0' || _at < value.Length;
        _at = value.Length + 1;
        return false;
    }

    bool Malformed()
    {
        IsMalformed = true;
        _at = value.Length + 1;
        return false;
    }
}
