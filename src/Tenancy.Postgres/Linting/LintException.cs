using System.Globalization;

namespace Tenancy;

/// <summary>A database leaks between tenants, or could; the message lists how, and what mends it.</summary>
public sealed class LintException : Exception
{
    /// <inheritdoc/>
    public LintException() : this("The linter found something.") { }

    /// <inheritdoc/>
    public LintException(string message) : base(message) { }

    /// <inheritdoc/>
    public LintException(string message, Exception innerException) : base(message, innerException) { }

    /// <summary>Lists what a report holds.</summary>
    /// <param name="report">The report.</param>
    /// <param name="severity">The least severe finding that is listed.</param>
    public LintException(LintReport report, LintSeverity severity) : base(Describe(report, severity)) => Report = report;

    /// <summary>What was found; null where the exception was made from a text.</summary>
    public LintReport? Report { get; }

    static string Describe(LintReport report, LintSeverity severity)
    {
        ArgumentNullException.ThrowIfNull(report);
        LintFinding[] findings = [.. report.Findings.Where(finding => finding.Rule.Severity >= severity)];
        var lines = findings.Select(static finding => finding.ToString()).Concat(report.Unused.Select(static allowance =>
            $"The allowance of {allowance} matches nothing. Take it out, or correct it."));
        return string.Create(CultureInfo.InvariantCulture, $"The linter found {findings.Length} faults in {string.Join(", ", report.Databases)}:") +
            string.Concat(lines.Select(static line => Environment.NewLine + "- " + line));
    }
}
