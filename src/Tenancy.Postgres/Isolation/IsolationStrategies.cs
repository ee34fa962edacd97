using Microsoft.Extensions.Options;

namespace Tenancy;

/// <summary>The three strategies over the configured servers.</summary>
internal sealed class IsolationStrategies
{
    readonly IsolationStrategy[] _byIsolation;

    public IsolationStrategies(IOptions<PostgresOptions> options)
    {
        Servers = new ServerCatalog(options.Value);
        _byIsolation = [new RowIsolation(Servers), new SchemaIsolation(Servers), new DatabaseIsolation(Servers)];
    }

    public ServerCatalog Servers { get; }

    public IsolationStrategy this[TenantIsolation isolation] => _byIsolation[(int)isolation];
}
