namespace Tenancy;

/// <summary>One way in which a database can leak between tenants, and the query of the system catalogs that finds it.</summary>
public sealed class LintRule
{
    internal LintRule(string id, string name, string topic, LintRuleText text) =>
        (Id, Name, Topic, Severity, Title, Why, Remedy, Proof, Query) =
        (id, name, topic, text.Severity, text.Title, text.Why, text.Remedy, text.Proof, text.Query);

    /// <summary>The stable name in allow-lists and reports: <c>TEN</c> and three digits, never given to another rule.</summary>
    public string Id { get; }

    /// <summary>A readable name, such as <c>table-unforced</c>.</summary>
    public string Name { get; }

    /// <summary>What it is about, such as <c>Tables</c>; rules of a topic share the first digit.</summary>
    public string Topic { get; }

    /// <summary>What follows from a finding of this rule.</summary>
    public LintSeverity Severity { get; }

    /// <summary>What is found, in a line.</summary>
    public string Title { get; }

    /// <summary>Why it leaks, or what it costs.</summary>
    public string Why { get; }

    /// <summary>What mends it in general; a finding says it for its object.</summary>
    public string Remedy { get; }

    /// <summary>The findings of the start-up proof that this rule has in common with it.</summary>
    internal IReadOnlyList<string> Proof { get; }

    internal string Query { get; }

    /// <summary>Id and name.</summary>
    public override string ToString() => $"{Id} {Name}";
}
