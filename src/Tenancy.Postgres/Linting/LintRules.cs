using System.Reflection;

namespace Tenancy;

/// <summary>All rules, each a file in the folder <c>Rules</c>: severity, title, why, remedy and query.</summary>
public static class LintRules
{
    static readonly string[] Topics =
        ["Installation", "Roles and settings", "Tables", "Keys and indexes", "Views", "Functions", "Privileges", "Schemas", "Server"];

    /// <summary>Every rule, in the order of the ids.</summary>
    public static IReadOnlyList<LintRule> All { get; } = [.. Load()];

    /// <summary>Whether there is a rule of that id; ids are compared as they are written.</summary>
    public static bool Contains(string id) => All.Any(rule => rule.Id == id);

    // A file is named for its rule: TEN202-table-unforced.sql.
    static IEnumerable<LintRule> Load() =>
        from file in Assembly.GetExecutingAssembly().GetManifestResourceNames()
        where file.StartsWith("TEN", StringComparison.Ordinal)
        orderby file
        let id = file[..file.IndexOf('-', StringComparison.Ordinal)]
        let name = file[(id.Length + 1)..^".sql".Length]
        select new LintRule(id, name, Topics[id["TEN".Length] - '0'], LintRuleText.Parse(SqlScript.Load(file)));
}
