using Microsoft.Extensions.Options;

namespace Tenancy;

/// <summary>
/// The three strategies over the configured servers. Options are read when first used, not when constructed: hosts
/// construct before they validate, and would stop at our mistakes without listing those of others.
/// </summary>
internal sealed class IsolationStrategies : IDisposable
{
    readonly Lazy<ServerCatalog> _servers;
    readonly Lazy<IsolationStrategy[]> _byIsolation;

    public IsolationStrategies(IOptions<PostgresOptions> options, TimeProvider time, RouterMetrics metrics)
    {
        _servers = new(() => new ServerCatalog(options.Value, time, metrics));
        metrics.Observe(() => _servers.IsValueCreated ? Servers.All.SelectMany(static server => server.Budgets) : []);
        _byIsolation = new(() => [new RowIsolation(Servers), new SchemaIsolation(Servers), new DatabaseIsolation(Servers)]);
    }

    public ServerCatalog Servers => _servers.Value;

    public void Dispose()
    {
        if (!_servers.IsValueCreated)
            return;
        foreach (var server in Servers.All)
            server.Dispose();
    }

    public IsolationStrategy this[TenantIsolation isolation] => _byIsolation.Value[(int)isolation];
}
