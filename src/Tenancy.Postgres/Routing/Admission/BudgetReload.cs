using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace Tenancy;

/// <summary>Applies a changed <c>ConnectionBudget</c> while the host runs. A mistake leaves the last good one in force.</summary>
internal sealed class BudgetReload(
    IConfigurationSection section, IsolationStrategies strategies, ILogger<BudgetReload> logger) : IHostedService, IDisposable
{
    IDisposable? _registration;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _registration = ChangeToken.OnChange(section.GetReloadToken, Apply);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _registration?.Dispose();

    void Apply()
    {
        var read = new PostgresOptions();
        PostgresOptionsReader.Read(section, read);
        foreach (var server in strategies.Servers.All)
        {
            if (!read.Servers.TryGetValue(server.Name, out var options))
                continue;
            if (read.Mistakes.Count == 0 && options.ReplicaLimit is >= PostgresServerOptions.LeastForTenants and <= PostgresServerOptions.MaxConnectionBudget)
            {
                foreach (var replica in server.Replicas?.All ?? [])
                    replica.Budget.SetLimit(options.ReplicaLimit);
            }

            var limit = server.LimitOf(options.ConnectionBudget);
            if (limit == server.Budget.Limit)
                continue;
            if (read.Mistakes.Count > 0 || limit < PostgresServerOptions.LeastForTenants || options.ConnectionBudget > PostgresServerOptions.MaxConnectionBudget)
            {
                Log.BudgetRefused(logger, server.Name, options.ConnectionBudget, server.Budget.Limit);
                continue;
            }

            Log.BudgetChanged(logger, server.Name, server.Budget.Limit, limit);
            server.Budget.SetLimit(limit);
        }
    }
}
