using Spectre.Console;
using Spectre.Console.Rendering;

namespace Tenancy.Cli.Linting.Output;

/// <summary>The report for people: a table for each rule that found something, the worst first.</summary>
static class TableReport
{
    /// <summary>Of output that goes to a file or another program; on a terminal its own width counts.</summary>
    const int PlainWidth = 120;

    /// <summary>So many names fit a line.</summary>
    const int MostNames = 3;

    static readonly Style Dim = new(decoration: Decoration.Dim);
    static readonly Style Bold = new(decoration: Decoration.Bold);

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
            WriteRule(console, group.Key, group, report.Databases.Count > 1);
            console.WriteLine();
        }

        WriteSummary(console, report);
    }

    static void WriteRule(IAnsiConsole console, LintRule rule, IEnumerable<LintFinding> findings, bool named)
    {
        console.MarkupLineInterpolated($"[{ColourOf(rule.Severity)}]{NameOf(rule.Severity)}[/] [bold]{rule.Id}[/] {rule.Title}");
        console.Write(new Padder(new Text(rule.Why, Dim), new Padding(2, 0, 0, 0)));
        var table = new Table { Border = TableBorder.Rounded, BorderStyle = Dim }.Expand();
        table.AddColumn("what", static column => column.Width(1)).AddColumn("what mends it", static column => column.Width(1));
        foreach (var finding in findings)
        {
            IRenderable[] what = named
                ? [new Text(finding.Target, Bold), new Text(finding.Database), new Text(finding.Problem, Dim)]
                : [new Text(finding.Target, Bold), new Text(finding.Problem, Dim)];
            table.AddRow(new Rows(what), new Text(finding.Remedy));
        }

        console.Write(table);
    }

    static void WriteSummary(IAnsiConsole console, LintReport report)
    {
        string[] counts = [.. report.Findings.CountBy(static finding => finding.Rule.Severity)
            .Select(static count => $"[{ColourOf(count.Key)}]{count.Value} {NameOf(count.Key)}{(count.Value > 1 && count.Key > LintSeverity.Info ? "s" : "")}[/]")];
        var where = report.Databases.Count <= MostNames ? string.Join(", ", report.Databases) : $"{report.Databases.Count} databases";
        var found = counts.Length == 0 ? "[green]nothing found[/]" : string.Join(", ", counts);
        var allowed = report.Allowed.Count == 0 ? "" : $", {report.Allowed.Count} allowed";
        console.MarkupLine($"{Markup.Escape(where)}: {found}{allowed} ({LintRules.All.Count} rules)");
    }

    static string NameOf(LintSeverity severity) => severity.ToString().ToLowerInvariant();

    static string ColourOf(LintSeverity severity) => severity switch
    {
        LintSeverity.Error => "red",
        LintSeverity.Warning => "yellow",
        _ => "blue",
    };
}
