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
    /// <exception cref="InvalidOperationException">
    /// No server of that name is configured; or the login is no superuser, and nothing was changed.
    /// </exception>
    Task InstallAsync(string server, string administrator, CancellationToken cancellationToken = default);

    /// <summary>
    /// Brings tenants' own databases on a server up to date: after an upgrade of this library, another
    /// <see cref="PostgresServerOptions.Level"/> or another <see cref="PostgresOptions.SigningKeyId"/>. It runs as the
    /// migrator, one database after another. Harmless when run again.
    /// </summary>
    /// <param name="server">The configured name of the server, which <see cref="InstallAsync"/> has prepared.</param>
    /// <param name="cancellationToken">Ends it between two databases; run it again to finish.</param>
    /// <exception cref="InvalidOperationException">No server of that name is configured.</exception>
    Task InstallTenantDatabasesAsync(string server, CancellationToken cancellationToken = default);

    /// <summary>
    /// Removes a signing key from all databases of tenants on a server. Processes that still sign with it are refused from
    /// then on, so restart them with the next key before.
    /// </summary>
    /// <param name="server">The configured name of the server.</param>
    /// <param name="keyId">The key; not the one that this process signs with.</param>
    /// <param name="cancellationToken">Ends it between two databases; run it again to finish.</param>
    /// <exception cref="InvalidOperationException">No server of that name is configured, or the key is in use here.</exception>
    Task RetireSigningKeyAsync(string server, int keyId, CancellationToken cancellationToken = default);
}
