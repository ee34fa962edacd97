using System.Text.Json.Nodes;

namespace Inbox.Tests.Hosting;

/// <summary>An answer, read to its end.</summary>
public sealed record Reply(int Status, string? MediaType, string? Location, string Headers, string Text)
{
    public JsonNode Json => JsonNode.Parse(Text)!;

    public string[] DocumentIds => [.. Json["documents"]!.AsArray().Select(document => (string)document!["id"]!)];

    /// <summary>The cursor of the next page, or none.</summary>
    public string? Next => (string?)Json["next"];

    public string? ETag => Header("ETag");

    public string? Header(string name) => Headers.Split('\n')
        .FirstOrDefault(line => line.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase))?[(name.Length + 2)..];

    public static async Task<Reply> ReadAsync(HttpResponseMessage response) => new(
        (int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, response.Headers.Location?.OriginalString,
        string.Join('\n', response.Headers.Concat(response.Content.Headers).Where(header => header.Key != "Date")
            .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}").Order(StringComparer.Ordinal)),
        await response.Content.ReadAsStringAsync());

    /// <summary>A problem by RFC 9457, which says nothing of the program's insides.</summary>
    public Reply AssertProblem(int status)
    {
        Assert.True(Status == status && MediaType == "application/problem+json", ToString());
        Assert.Equal(status, (int)Json["status"]!);
        Assert.False(string.IsNullOrEmpty((string?)Json["title"]));
        foreach (var inside in (string[])["Exception", "   at ", "Inbox.", "System.", "Npgsql", "Password", ".cs:"])
            Assert.DoesNotContain(inside, Text, StringComparison.Ordinal);
        return this;
    }

    public override string ToString() => $"{Status} {Headers} {Text}";
}
