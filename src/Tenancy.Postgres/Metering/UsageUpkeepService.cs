using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Tenancy;

/// <summary>Sums usage up every hour, and looks ahead every day; one of all processes does.</summary>
internal sealed class UsageUpkeepService(
    UsageUpkeep upkeep, UsageConnections connections, UsageBook book, ITenantCatalog catalog, IOptions<MeteringOptions> options,
    TimeProvider time, ILogger<UsageUpkeepService> logger) : BackgroundService
{
    static readonly TimeSpan Round = TimeSpan.FromMinutes(10);

    /// <summary>Whoever starts it, and in whose scope: the loop inherits neither.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        using (ExecutionContext.SuppressFlow())
            return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (options.Value.Enabled && !stoppingToken.IsCancellationRequested)
        {
            // At different times in each process.
            await Task.Delay(Round * (0.5 + Random.Shared.NextDouble()), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested)
                return;
            book.Forget(catalog.Current);
            try
            {
                if (await connections.ClaimAsync("tidy", TimeSpan.FromHours(1), stoppingToken).ConfigureAwait(false))
                {
                    await upkeep.TidyAsync(dryRun: false, stoppingToken).ConfigureAwait(false);
                    await upkeep.ForgetStorageAsync(stoppingToken).ConfigureAwait(false);
                }

                if (await connections.ClaimAsync("forecast", TimeSpan.FromHours(12), stoppingToken).ConfigureAwait(false))
                    await upkeep.AlertAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // It is tried again before long.
                Log.UpkeepFailed(logger, e);
            }
        }
    }
}
