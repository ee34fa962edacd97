namespace Tenancy;

/// <summary>What the linter found.</summary>
/// <param name="Databases">The databases that were looked at.</param>
/// <param name="Findings">What was found and is not allowed; the worst first.</param>
/// <param name="Allowed">What was found and is allowed.</param>
/// <param name="Unused">Allowances that matched nothing: what they allowed is gone, or is written otherwise.</param>
public sealed record LintReport(
    IReadOnlyList<string> Databases, IReadOnlyList<LintFinding> Findings,
    IReadOnlyList<LintAllowedFinding> Allowed, IReadOnlyList<LintAllowance> Unused)
{
    /// <summary>Whether something was found that is at least so severe.</summary>
    public bool Has(LintSeverity severity) => Findings.Any(finding => finding.Rule.Severity >= severity);

    /// <summary>Does nothing where the report is clean.</summary>
    /// <param name="severity">What counts. Default: warnings and errors.</param>
    /// <exception cref="LintException">Something was found that is at least so severe.</exception>
    public void EnsureClean(LintSeverity severity = LintSeverity.Warning)
    {
        if (Has(severity))
            throw new LintException(this, severity);
    }

    /// <summary>One report of several, made with the same allow-list: an allowance is unused where all say so.</summary>
    public static LintReport Join(IReadOnlyCollection<LintReport> reports) => new(
        [.. reports.SelectMany(static report => report.Databases)],
        [.. reports.SelectMany(static report => report.Findings).OrderByDescending(static finding => finding.Rule.Severity).ThenBy(static finding => finding.Rule.Id, StringComparer.Ordinal)],
        [.. reports.SelectMany(static report => report.Allowed)],
        [.. reports.SelectMany(static report => report.Unused).Distinct().Where(unused => reports.All(report => report.Unused.Contains(unused)))]);

    internal static LintReport Of(IReadOnlyList<string> databases, IEnumerable<LintFinding> findings, IReadOnlyList<LintAllowance> allow)
    {
        var (kept, allowed, used) = (new List<LintFinding>(), new List<LintAllowedFinding>(), new HashSet<LintAllowance>(ReferenceEqualityComparer.Instance));
        foreach (var finding in findings)
        {
            if (allow.FirstOrDefault(allowance => allowance.Covers(finding)) is { } allowance)
            {
                allowed.Add(new LintAllowedFinding(finding, allowance.Reason));
                used.Add(allowance);
            }
            else
            {
                kept.Add(finding);
            }
        }

        return new LintReport(databases, [.. kept.OrderByDescending(finding => finding.Rule.Severity)], allowed, [.. allow.Where(allowance => !used.Contains(allowance))]);
    }
}

/// <summary>A finding that an allow-list accepts.</summary>
/// <param name="Finding">What was found.</param>
/// <param name="Reason">Why it is accepted.</param>
public sealed record LintAllowedFinding(LintFinding Finding, string Reason);
