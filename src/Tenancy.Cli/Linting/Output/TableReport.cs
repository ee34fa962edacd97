using Spectre.Console;

namespace Tenancy.Cli.Linting.Output;

/// <summary>The report for people: a table for each rule that found something, the worst first.</summary>
static class TableReport
{
    /// <summary>Of output that goes to a file or another program; on a terminal its own width counts.</summary>
    const int PlainWidth = 120;

    public static void Write(LintReport report, Surroundings surroundings)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(surroundings.Out),
            Ansi = surroundings.IsTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = surroundings.IsTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        if (!surroundings.IsTerminal)
            console.Profile.Width = PlainWidth;

        foreach (var group in report.Findings.GroupBy(static finding => finding.Rule))
        {
            WriteRule(console, group.Key, [.. group], report.Databases.Count > 1);
            console.WriteLine();
        }

        WriteSummary(console, report);
    }

    static void WriteRule(IAnsiConsole console, LintRule rule, IReadOnlyList<LintFinding> findings, bool named)
    {
        var (severity, colour) = (rule.Severity.ToString().ToLowerInvariant(), ColourOf(rule.Severity));
        console.MarkupLineInterpolated($"[{colour}]{severity}[/] [bold]{rule.Id}[/] {rule.Title}");
        console.Write(new Padder(new Text(rule.Why, new Style(decoration: Decoration.Dim)), new Padding(2, 0, 0, 0)));
        var table = new Table { Border = TableBorder.Rounded, BorderStyle = new Style(decoration: Decoration.Dim), ShowRowSeparators = false }.Expand();
        table.AddColumn(new TableColumn(new Text("what")) { Width = null });
        table.AddColumn(new TableColumn(new Text("what mends it")));
        foreach (var finding in findings)
            table.AddRow(new Text(named ? $"{finding.Database}: {finding.Target}" : finding.Target), new Text(finding.Remedy));
        console.Write(table);
    }

    static void WriteSummary(IAnsiConsole console, LintReport report)
    {
        var counts = Enum.GetValues<LintSeverity>().Reverse().Select(severity => (
            Severity: severity, Count: report.Findings.Count(finding => finding.Rule.Severity == severity)));
        var parts = counts.Where(static part => part.Count > 0)
            .Select(static part => $"[{ColourOf(part.Severity)}]{part.Count} {NameOf(part.Severity, part.Count)}[/]").ToList();
        var found = parts.Count == 0 ? "[green]nothing found[/]" : string.Join(", ", parts);
        var allowed = report.Allowed.Count == 0 ? "" : $", {report.Allowed.Count} allowed";
        console.MarkupLine($"{Markup.Escape(string.Join(", ", report.Databases))}: {found}{allowed} ({LintRules.All.Count} rules)");
    }

    static string NameOf(LintSeverity severity, int count) => severity switch
    {
        LintSeverity.Info => "to know",
        _ => severity.ToString().ToLowerInvariant() + (count == 1 ? "" : "s"),
    };

    static string ColourOf(LintSeverity severity) => severity switch
    {
        LintSeverity.Error => "red",
        LintSeverity.Warning => "yellow",
        _ => "blue",
    };
}
