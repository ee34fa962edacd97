using System.Text.RegularExpressions;

namespace Inbox.Tests.Docs;

/// <summary>A line of curl in a page of the docs, and what the page says it prints.</summary>
sealed partial record CurlLine(int Number, string Command, int Status, string[] Headers, string[]? Members, (string Name, string From)[] Kept)
{
    /// <summary>The lines in the shell blocks of a page. A line that says nothing of its answer is a mistake of the page's.</summary>
    public static IReadOnlyList<CurlLine> Read(string page)
    {
        var (lines, found, inShell) = (page.ReplaceLineEndings("\n").Split('\n'), new List<CurlLine>(), false);
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith("```", StringComparison.Ordinal))
                inShell = !inShell && lines[i] == "```sh";
            else if (inShell && lines[i].StartsWith("curl ", StringComparison.Ordinal))
                found.Add(Parse(i + 1, lines[i], i + 1 < lines.Length ? lines[i + 1] : ""));
            else if (inShell && lines[i].Length > 0 && lines[i][0] != '#')
                throw new FormatException($"Line {i + 1} is neither a line of curl nor a comment: {lines[i]}");
        }

        return found;
    }

    static CurlLine Parse(int number, string command, string said)
    {
        var match = Said().Match(said);
        if (!match.Success)
            throw new FormatException($"Below line {number} stands no '# status headers {{members}}', but: {said}");
        return new CurlLine(
            number, command, int.Parse(match.Groups["status"].ValueSpan), Split(match.Groups["headers"].Value, ' '),
            match.Groups["members"].Success ? Split(match.Groups["members"].Value, ',') : null,
            [.. match.Groups["kept"].Captures.Select(kept => kept.Value.Split('=', StringSplitOptions.TrimEntries)).Select(pair => (pair[0], pair[1]))]);
    }

    static string[] Split(string text, char by) => text.Split(by, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex(@"^# (?<status>\d{3})(?<headers>( [A-Za-z-]+)*)( \{(?<members>[A-Za-z, ]+)\})?( → (?<kept>[A-Z]+ = [A-Za-z]+))*$")]
    private static partial Regex Said();
}
