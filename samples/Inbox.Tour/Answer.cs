using System.Text.Json;

namespace Inbox.Tour;

/// <summary>What came back.</summary>
sealed record Answer(int Status, string Text, string Headers)
{
    public JsonElement Json
    {
        get
        {
            using var document = JsonDocument.Parse(Text);
            return document.RootElement.Clone();
        }
    }

    /// <summary>What a reader needs of it: of a problem, the title and what it says; else the body.</summary>
    public string Gist => Headers.Contains("application/problem+json", StringComparison.Ordinal) &&
        Json.TryGetProperty("title", out var title)
            ? $"{title.GetString()!.TrimEnd('.')}: {Reason(Json)}"
            : Text;

    /// <summary>What a problem says: its detail, or what is wrong with which member.</summary>
    static string Reason(JsonElement problem) => problem.TryGetProperty("errors", out var errors)
        ? string.Join(' ', errors.EnumerateObject().Select(error => $"{error.Name}: {string.Join(' ', error.Value.EnumerateArray())}"))
        : problem.TryGetProperty("detail", out var detail) ? detail.GetString()! : "";

    /// <summary>The cursor of the next page, or none.</summary>
    public string? Next => Json.GetProperty("next").GetString();

    public string? Header(string name) => Headers.Split('\n')
        .FirstOrDefault(line => line.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase))?[(name.Length + 2)..];

    /// <summary>The ids of a list of documents.</summary>
    public IReadOnlySet<string> DocumentIds =>
        Json.GetProperty("documents").EnumerateArray().Select(document => document.GetProperty("id").GetString()!).ToHashSet();

    /// <summary>The first column of what the unsafe search read.</summary>
    public IReadOnlyList<string> FirstColumn =>
        [.. Json.GetProperty("rows").EnumerateArray().Select(row => row[0].GetString()!)];
}
