using Npgsql;

namespace Tenancy;

/// <summary>Looks for what leaks between tenants in a database: a query of its system catalogs for each rule. It writes nothing.</summary>
/// <remarks>
/// Log in as the migrator or an administrator: what the serving login may do is looked up, not tried. What is fatal is
/// refused at start as well, by the proof; the linter also finds what is slow, what tells a little, and what needs one more
/// mistake to leak.
/// </remarks>
public static class TenancyLinter
{
    /// <summary>Lints the database that a data source leads to.</summary>
    /// <param name="database">The data source.</param>
    /// <param name="settings">The login that serves requests, and what is allowed. Default: the installed login, nothing.</param>
    /// <param name="cancellationToken">Ends the linting.</param>
    /// <exception cref="InvalidOperationException">The login that serves requests is not known, or does not exist.</exception>
    /// <exception cref="NpgsqlException">The database cannot be reached, or read.</exception>
    public static async Task<LintReport> LintAsync(
        NpgsqlDataSource database, LintSettings? settings = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
            return await LintAsync(connection, settings, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lints the database that a connection string leads to, without a pool.</summary>
    /// <param name="connectionString">Host, database, username and what else Npgsql understands.</param>
    /// <param name="settings">The login that serves requests, and what is allowed. Default: the installed login, nothing.</param>
    /// <param name="cancellationToken">Ends the linting.</param>
    /// <exception cref="InvalidOperationException">The login that serves requests is not known, or does not exist.</exception>
    /// <exception cref="NpgsqlException">The database cannot be reached, or read.</exception>
    public static async Task<LintReport> LintAsync(
        string connectionString, LintSettings? settings = null, CancellationToken cancellationToken = default)
    {
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, Enlist = false }.ConnectionString);
        await using (connection.ConfigureAwait(false))
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            return await LintAsync(connection, settings, cancellationToken).ConfigureAwait(false);
        }
    }

    static async Task<LintReport> LintAsync(NpgsqlConnection connection, LintSettings? settings, CancellationToken cancellationToken)
    {
        settings ??= new LintSettings();
        var findings = await DatabaseLint.RunAsync(connection, settings.Role, cancellationToken).ConfigureAwait(false);
        return LintReport.Of([connection.Database], findings, settings.Allow);
    }
}
