using Microsoft.Extensions.DependencyInjection;

namespace Tenancy;

/// <summary>The linter as one call of a test.</summary>
public static class TenantIsolationLint
{
    extension(TenantIsolation)
    {
        /// <summary>Lints all databases of a host's deployment: those that tenants share, and tenants' own.</summary>
        /// <param name="services">The services of a started host. What it allows in <c>Tenancy:Postgres:Lint</c> is allowed.</param>
        /// <param name="severity">What counts. Default: warnings and errors.</param>
        /// <param name="cancellationToken">Ends it.</param>
        /// <exception cref="LintException">Something was found; the message lists it, with what mends it.</exception>
        public static async Task AssertLintCleanAsync(
            IServiceProvider services, LintSeverity severity = LintSeverity.Warning, CancellationToken cancellationToken = default)
        {
            var report = await services.GetRequiredService<ITenancyLinter>().LintAsync(cancellationToken).ConfigureAwait(false);
            report.EnsureClean(severity);
        }

        /// <summary>Lints one database, without a host.</summary>
        /// <param name="connectionString">Logs in as the migrator or an administrator.</param>
        /// <param name="settings">The login that serves requests, and what is allowed. Default: the installed login, nothing.</param>
        /// <param name="severity">What counts. Default: warnings and errors.</param>
        /// <param name="cancellationToken">Ends it.</param>
        /// <exception cref="LintException">Something was found; the message lists it, with what mends it.</exception>
        public static async Task AssertLintCleanAsync(
            string connectionString, LintSettings? settings = null, LintSeverity severity = LintSeverity.Warning, CancellationToken cancellationToken = default)
        {
            var report = await TenancyLinter.LintAsync(connectionString, settings, cancellationToken).ConfigureAwait(false);
            report.EnsureClean(severity);
        }
    }
}
