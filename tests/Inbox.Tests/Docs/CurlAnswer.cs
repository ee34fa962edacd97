using System.Text.Json.Nodes;

namespace Inbox.Tests.Docs;

/// <summary>What <c>curl -i</c> printed.</summary>
sealed record CurlAnswer(int Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public static CurlAnswer Parse(string text)
    {
        // A body that was announced is preceded by an answer of its own.
        var parts = text.Split("\r\n\r\n", 2);
        while (parts[0].StartsWith("HTTP/1.1 1", StringComparison.Ordinal))
            parts = parts[1].Split("\r\n\r\n", 2);
        var lines = parts[0].Split("\r\n");
        return new CurlAnswer(
            int.Parse(lines[0].Split(' ')[1]),
            lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase),
            parts[1]);
    }

    /// <summary>Where the answer differs from what the page says of it; nothing where it does not.</summary>
    public string? Differs(CurlLine line)
    {
        if (Status != line.Status)
            return $"the status is {Status}, not {line.Status}";
        if (line.Headers.FirstOrDefault(header => !Headers.ContainsKey(header)) is { } missing)
            return $"there is no header {missing}";
        var members = Body.StartsWith('{') ? JsonNode.Parse(Body)!.AsObject().Select(member => member.Key).ToArray() : null;
        return (members ?? []).Order(StringComparer.Ordinal).SequenceEqual((line.Members ?? []).Order(StringComparer.Ordinal))
            ? null
            : $"the body's members are {string.Join(", ", members ?? [])}";
    }

    /// <summary>A value for later lines: a header by its name, or a member of the body.</summary>
    public string Keep(string from) => Headers.TryGetValue(from, out var header) ? header : (string)JsonNode.Parse(Body)![from]!;
}
