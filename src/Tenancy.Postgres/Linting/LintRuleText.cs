namespace Tenancy;

/// <summary>A rule's file: comment lines of the form <c>-- key: value</c>, then its query.</summary>
/// <remarks>The query gives an object, the problem, and what mends it, or null where the rule's own remedy says it best.</remarks>
internal sealed record LintRuleText(
    LintSeverity Severity, string Title, string Why, string Remedy, IReadOnlyList<string> Proof, string Query)
{
    /// <exception cref="FormatException">A line is missing, or means nothing.</exception>
    public static LintRuleText Parse(string text)
    {
        var head = new Dictionary<string, string>(StringComparer.Ordinal);
        var rest = text.AsSpan();
        while (rest.StartsWith("-- ", StringComparison.Ordinal))
        {
            var end = rest.IndexOf('\n');
            var line = rest[3..end];
            var colon = line.IndexOf(':');
            if (colon < 0 || !head.TryAdd(line[..colon].ToString(), line[(colon + 1)..].Trim().ToString()))
                throw new FormatException($"'{line}' is not a line of a rule's head. Write '-- key: value', each key once.");
            rest = rest[(end + 1)..];
        }

        var rule = new LintRuleText(
            Enum.Parse<LintSeverity>(Take("severity"), ignoreCase: true), Take("title"), Take("why"), Take("remedy"),
            head.Remove("proof", out var proof) ? proof.Split(", ") : [], rest.ToString());
        return head.Count == 0 ? rule : throw new FormatException($"A rule's head has no '{head.Keys.First()}'.");

        string Take(string key) => head.Remove(key, out var value) && value.Length > 0
            ? value
            : throw new FormatException($"A rule's head lacks '{key}'.");
    }
}
