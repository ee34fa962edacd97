using System.Globalization;

namespace Tenancy;

/// <summary>The work of some tenants failed; that of all others was done.</summary>
/// <remarks>The message has ids and types of errors only: texts of errors may hold what is a tenant's own.</remarks>
public sealed class TenantRunException : Exception
{
    const int Shown = 10;

    /// <inheritdoc/>
    public TenantRunException() : this("The work of some tenants failed.") { }

    /// <inheritdoc/>
    public TenantRunException(string message) : this(message, null!) { }

    /// <inheritdoc/>
    public TenantRunException(string message, Exception innerException) : base(message, innerException) =>
        Report = new TenantRunReport([], [], []);

    internal TenantRunException(TenantRunReport report) : base(Explain(report)) => Report = report;

    /// <summary>What came of the run; <see cref="TenantRunReport.Failures"/> has each tenant's error.</summary>
    public TenantRunReport Report { get; }

    static string Explain(TenantRunReport report)
    {
        var failures = report.Failures;
        var list = string.Join(", ", failures.Take(Shown).Select(failure => $"{failure.Tenant.Id} ({failure.Error.GetType().Name})"));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"The work of {failures.Count} tenants failed, that of {report.Completed.Count} is done: {list}{(failures.Count > Shown ? ", …" : "")}. Report.Failures has the errors.");
    }
}
