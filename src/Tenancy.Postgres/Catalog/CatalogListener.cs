using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Tenancy;

/// <summary>Keeps the snapshot up to date: at once when PostgreSQL announces a change, and at an interval in any case.</summary>
internal sealed class CatalogListener(
    PostgresTenantCatalog catalog, IOptions<PostgresOptions> options, TimeProvider time, ILogger<CatalogListener> logger) : BackgroundService
{
    static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(30);

    /// <summary>Whoever starts it, and in whose scope: the loop inherits neither.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        using (ExecutionContext.SuppressFlow())
            return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(() => failures = 0, stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                var delay = TimeSpan.FromMilliseconds(Math.Min(MaxDelay.TotalMilliseconds, 250 * Math.Pow(2, failures++)));
                Log.CatalogUnreachable(logger, e, catalog.Current.AsOf, delay);
                await Task.Delay(delay, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    async Task ListenAsync(Action succeeded, CancellationToken stoppingToken)
    {
        // Not pooled: the connection is this loop's for as long as it lives.
        var settings = new NpgsqlConnectionStringBuilder(options.Value.Catalog) { Pooling = false, Enlist = false };
        var connection = new NpgsqlConnection(Hosts.ToPrimary(settings.ConnectionString));
        await using (connection.ConfigureAwait(false))
        {
            await connection.OpenAsync(stoppingToken).ConfigureAwait(false);
            using (var listen = new NpgsqlCommand("listen tenancy_catalog", connection))
                await listen.ExecuteNonQueryAsync(stoppingToken).ConfigureAwait(false);
            while (true)
            {
                await catalog.RefreshAsync(stoppingToken).ConfigureAwait(false);
                succeeded();
                await connection.WaitAsync(options.Value.CatalogPollInterval, stoppingToken).ConfigureAwait(false);
            }
        }
    }
}
