using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Tenancy;

/// <summary>
/// Measures what tenants store, server after server, over one connection at a time; of all processes one measures a server.
/// Without quotas it does nothing.
/// </summary>
internal sealed class StorageService(
    TenantStorage storage, ITenantCatalog catalog, UsageConnections connections, IOptions<PostgresOptions> options, TimeProvider time,
    ILogger<StorageService> logger) : BackgroundService
{
    /// <summary>Whoever starts it, and in whose scope: the loop inherits neither.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        using (ExecutionContext.SuppressFlow())
            return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var interval = options.Value.Storage.Interval;
        // At different times in each process.
        var pause = interval * Random.Shared.NextDouble();
        while (true)
        {
            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested)
                return;
            pause = interval;
            var snapshot = catalog.Current;
            var servers = TenantStorage.WithQuota(snapshot);
            if (servers.Count == 0)
                continue;
            foreach (var server in servers)
                await TryAsync(server.Key, () => MeasureAsync(server, snapshot, interval, stoppingToken), stoppingToken).ConfigureAwait(false);
            await TryAsync("all servers", () => storage.HearAsync(stoppingToken), stoppingToken).ConfigureAwait(false);
        }
    }

    async Task MeasureAsync(
        IGrouping<string, (Tenant, StorageLimits)> server, TenantCatalogSnapshot snapshot, TimeSpan interval, CancellationToken stoppingToken)
    {
        // A little less than an interval: who was late the last time is not passed over.
        if (await connections.ClaimAsync("storage:" + server.Key, interval * 0.9, stoppingToken).ConfigureAwait(false))
            await storage.MeasureAsync(server.Key, [.. server], snapshot, stoppingToken).ConfigureAwait(false);
    }

    async Task TryAsync(string server, Func<Task> measure, CancellationToken stoppingToken)
    {
        try
        {
            await measure().ConfigureAwait(false);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            Log.StorageNotMeasured(logger, server, e);
        }
        catch (OperationCanceledException)
        {
            // The process stops.
        }
    }
}
