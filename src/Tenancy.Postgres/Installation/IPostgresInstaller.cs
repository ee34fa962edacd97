namespace Tenancy;

/// <summary>Prepares PostgreSQL for tenants, once per server and again after an upgrade of this library.</summary>
public interface IPostgresInstaller
{
    /// <summary>
    /// Creates, or brings up to date: the roles (with the logins and passwords of the configured connection strings), the
    /// catalog, the database of the shared tenants, and the template of tenants' own databases, all hardened. Harmless
    /// when run again.
    /// </summary>
    /// <param name="server">The configured name of the server.</param>
    /// <param name="administrator">A superuser's connection string to that server; used here, kept nowhere.</param>
    /// <param name="cancellationToken">Ends the installation between its steps; run it again to finish.</param>
    /// <exception cref="InvalidOperationException">No server of that name is configured.</exception>
    Task InstallAsync(string server, string administrator, CancellationToken cancellationToken = default);
}
