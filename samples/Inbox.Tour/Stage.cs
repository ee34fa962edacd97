namespace Inbox.Tour;

/// <summary>Shows the tour on a terminal and counts what held.</summary>
sealed class Stage(TextWriter output, bool colours)
{
    const int Width = 118;
    const int MaxRequestLines = 3;
    const int TokenEnds = 10;
    const int TitleLength = 27;
    const int RestLength = 78;

    int _step;
    int _held;
    int _broken;

    public void Step(string title)
    {
        output.WriteLine();
        output.WriteLine(Paint("1", $"{++_step}. {title}"));
    }

    public void Say(string text) => output.WriteLine($"   {text}");

    /// <summary>Shows a request and its answer.</summary>
    public void Show(Call call, Answer answer)
    {
        output.WriteLine();
        Wrap($"{call.Method} {Readable(call.Path)}{(call.Body is null ? "" : "  " + call.Body)}{(call.File is var (content, mediaType) ? $"  ({mediaType}, {content.Length:N0} bytes)" : "")}");
        if (call.Token is { } token)
            output.WriteLine(Paint("2", $"       Authorization: Bearer {ShortenToken(token)}   ({call.Who})"));
        foreach (var (name, value) in call.Headers)
            output.WriteLine(Paint("2", $"       {name}: {value}"));
        output.WriteLine(Abridge($"   → {answer.Status} {answer.Gist}"));
    }

    /// <summary>Says whether something held, and shows an answer that was not shown before where it did not.</summary>
    public bool Check(string claim, bool held, Answer? unshown = null)
    {
        if (held)
            _held++;
        else
            _broken++;
        output.WriteLine(held ? $"   {Paint("32", "✓")} {claim}" : $"   {Paint("31", "✗ DID NOT HOLD:")} {claim}");
        if (!held && unshown is not null)
            output.WriteLine($"     {unshown.Status} {unshown.Text}");
        return held;
    }

    /// <summary>Says how it went. Nothing checked is nothing proven.</summary>
    public bool Summarise()
    {
        output.WriteLine();
        output.WriteLine(_broken == 0
            ? Paint("32", $"All {_held} checks in {_step} steps held.")
            : Paint("31", $"{_broken} of {_held + _broken} checks did not hold."));
        return _broken == 0 && _held > 0;
    }

    /// <summary>A path as a person would write it; what is sent is escaped.</summary>
    static string Readable(string path) => Uri.UnescapeDataString(path.Replace('+', ' '));

    /// <summary>The beginning of a title.</summary>
    public static string Shorten(string title) => title.Length <= TitleLength ? title : title[..(TitleLength - 1)] + "…";

    /// <summary>A text as the rest of a line.</summary>
    public static string Line(string text) => text.Length <= RestLength ? text.ReplaceLineEndings(" ") : text.ReplaceLineEndings(" ")[..RestLength] + "…";

    static string ShortenToken(string token) =>
        token.Length <= 3 * TokenEnds ? token : $"{token[..TokenEnds]}…{token[^TokenEnds..]}";

    /// <summary>Injected SQL is what the reader wants to see whole.</summary>
    void Wrap(string text)
    {
        var indent = "   ";
        for (var line = 1; text.Length > Width - indent.Length && line < MaxRequestLines; line++)
        {
            var space = text.LastIndexOf(' ', Width - indent.Length);
            var end = space > Width / 2 ? space : Width - indent.Length;
            output.WriteLine(indent + text[..end]);
            text = text[end..].TrimStart();
            indent = "       ";
        }

        output.WriteLine(Abridge(indent + text));
    }

    static string Abridge(string line)
    {
        line = line.ReplaceLineEndings(" ");
        return line.Length <= Width ? line : line[..(Width - 1)] + "…";
    }

    string Paint(string code, string text) => colours ? $"\e[{code}m{text}\e[0m" : text;
}
