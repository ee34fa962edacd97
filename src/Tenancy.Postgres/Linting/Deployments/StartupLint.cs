using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Tenancy;

/// <summary>Lints the shared databases while the host starts, as far as the options ask for it.</summary>
internal sealed class StartupLint(IOptions<PostgresOptions> options, DeploymentLinter linter, ILogger<StartupLint> logger)
{
    /// <summary>Findings that are logged. With thousands of schemas, one mistake in a migration is thousands of findings.</summary>
    const int Most = 20;

    /// <exception cref="LintException">An error was found, and the options say that errors are refused.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var mode = options.Value.Lint.AtStart;
        if (mode == LintAtStart.Off)
            return;
        LintReport report;
        try
        {
            report = await linter.LintSharedAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (mode == LintAtStart.Warn && e is not OperationCanceledException)
        {
            Log.LintFailed(logger, e);
            return;
        }

        LintFinding[] findings = [.. report.Findings.Where(static finding => finding.Rule.Severity > LintSeverity.Info)];
        foreach (var finding in findings.Take(Most))
            Log.LintFound(logger, finding.Rule.Id, finding.Rule.Severity, finding.Database, finding.Problem, finding.Remedy);
        if (findings.Length > Most)
            Log.LintFoundMore(logger, findings.Length - Most);
        if (mode == LintAtStart.Refuse && report.Has(LintSeverity.Error))
            throw new LintException(report, LintSeverity.Error);
    }
}
