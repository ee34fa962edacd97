using System.Text.Json;

namespace Tenancy;

/// <summary>Allow-lists in JSON: <c>[{ "rule": "TEN205", "target": "app.legacy", "reason": "…" }]</c>.</summary>
public static class LintAllowList
{
    static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="FormatException">It is not such a list; the message names every mistake.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static async Task<IReadOnlyList<LintAllowance>> ReadAsync(string path, CancellationToken cancellationToken = default) =>
        Parse(await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false));

    /// <summary>Reads a text; comments and a last comma are understood.</summary>
    /// <param name="json">The text.</param>
    /// <exception cref="FormatException">It is not such a list; the message names every mistake.</exception>
    public static IReadOnlyList<LintAllowance> Parse(string json)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json, Lenient);
        }
        catch (JsonException e)
        {
            throw new FormatException($"The allow-list is not JSON: {e.Message}", e);
        }

        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Array)
                throw new FormatException("The allow-list is not an array. Give [{ \"rule\": …, \"target\": …, \"reason\": … }].");
            var (allow, mistakes) = (new List<LintAllowance>(), new List<string>());
            foreach (var (index, entry) in document.RootElement.EnumerateArray().Index())
                Read(entry, $"Entry {index + 1}", allow, mistakes);
            return mistakes.Count == 0 ? allow : throw new FormatException(string.Join(Environment.NewLine, mistakes));
        }
    }

    static void Read(JsonElement entry, string where, List<LintAllowance> allow, List<string> mistakes)
    {
        if (entry.ValueKind != JsonValueKind.Object)
        {
            mistakes.Add($"{where} is not an object. Give {{ \"rule\": …, \"target\": …, \"reason\": … }}.");
            return;
        }

        string? rule = null, target = null, reason = null;
        foreach (var property in entry.EnumerateObject())
        {
            var value = property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString() : null;
            switch (property.Name)
            {
                case "rule": rule = value; break;
                case "target": target = value; break;
                case "reason": reason = value; break;
                default: mistakes.Add($"{where} has a key '{property.Name}'. Known are rule, target and reason."); break;
            }
        }

        if (LintAllowance.Mistake(rule, target, reason) is { } mistake)
            mistakes.Add($"{where}: {mistake}");
        else
            allow.Add(new LintAllowance(rule!, target!, reason!));
    }
}
