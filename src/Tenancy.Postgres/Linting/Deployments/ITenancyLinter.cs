namespace Tenancy;

/// <summary>Lints every database of the deployment: those that tenants share, and each tenant's own.</summary>
public interface ITenancyLinter
{
    /// <summary>Lints all databases, one after another, as the migrator and under the connection budget.</summary>
    /// <param name="cancellationToken">Ends the linting.</param>
    /// <returns>What was found, less what <see cref="PostgresOptions.Lint"/> allows.</returns>
    /// <exception cref="InvalidOperationException">A database does not know the login that serves requests there.</exception>
    /// <exception cref="System.Data.Common.DbException">A database cannot be reached, or read.</exception>
    Task<LintReport> LintAsync(CancellationToken cancellationToken = default);
}
