namespace Tenancy;

/// <summary>The configured servers by name.</summary>
internal sealed class ServerCatalog
{
    readonly Dictionary<string, TenantServer> _servers;
    readonly TenantLogin? _login;

    public ServerCatalog(PostgresOptions options, TimeProvider time, RouterMetrics metrics)
    {
        ApplicationSchema = options.ApplicationSchema;
        Names = [.. options.Servers.Keys];
        _servers = options.Servers.ToDictionary(
            server => server.Key, server => new TenantServer(server.Key, server.Value, options, time, metrics), StringComparer.Ordinal);
        _login = options.DeploymentKey is { } key ? new TenantLogin(key) : null;
    }

    public string ApplicationSchema { get; }

    /// <summary>The names, in order; the first is where a tenant goes that asks for none.</summary>
    public IReadOnlyList<string> Names { get; }

    public IEnumerable<TenantServer> All => _servers.Values;

    /// <summary>The server that the catalog is on, if it is one of these.</summary>
    public TenantServer? OfCatalog => All.FirstOrDefault(static server => server.HoldsCatalog);

    /// <exception cref="InvalidOperationException">No server of that name is configured here.</exception>
    public TenantServer Get(string name) => _servers.TryGetValue(name, out var server)
        ? server
        : throw new InvalidOperationException(
            $"The server '{name}' is not configured here. Add Tenancy:Postgres:Servers:{name}, as in the process that placed a tenant there.");

    public string PasswordOf(string login) => _login?.PasswordOf(login) ?? throw new InvalidOperationException(
        "A tenant with a database of its own has a login of its own. Set Tenancy:Postgres:DeploymentKey, the same in all processes.");
}
