using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Tenancy;

/// <summary>Goes through the tenants once in a while and removes what has become old; one of all processes does, and one tenant after another.</summary>
internal sealed class CleanupService(
    ITenantCleanup cleanup, ITenantCatalog catalog, UsageConnections connections, IOptions<PostgresOptions> options, TimeProvider time,
    ILogger<CleanupService> logger) : BackgroundService
{
    static readonly TimeSpan Round = TimeSpan.FromMinutes(10);

    /// <summary>Whoever starts it, and in whose scope: the loop inherits neither.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        using (ExecutionContext.SuppressFlow())
            return base.StartAsync(cancellationToken);
    }

    /// <summary>Goes through all tenants that are served.</summary>
    public async Task CleanAsync(CancellationToken cancellationToken)
    {
        var settings = options.Value.Cleanup;
        foreach (var tenant in catalog.Current.Tenants.Where(static tenant => tenant.Status == TenantStatus.Active))
        {
            try
            {
                var plan = await cleanup.PlanAsync(tenant, [.. settings.Tables], cancellationToken).ConfigureAwait(false);
                if (!settings.DryRun && plan.Items.Any(static item => item.Rows > 0))
                    plan = await cleanup.RunAsync(plan, cancellationToken).ConfigureAwait(false);
                foreach (var item in plan.Items.Where(static item => item.Rows > 0))
                    Log.CleanedUp(logger, settings.DryRun ? "Would remove" : "Removed", item.Rows, item.Policy.Table, tenant.Id, item.Before);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                // One tenant's trouble is not the others'.
                Log.NotCleanedUp(logger, tenant.Id, e);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (options.Value.Cleanup.Tables.Count > 0 && !stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Round * (0.5 + Random.Shared.NextDouble()), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested)
                return;
            try
            {
                if (await connections.ClaimAsync("cleanup", options.Value.Cleanup.Every, stoppingToken).ConfigureAwait(false))
                    await CleanAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Log.UpkeepFailed(logger, e);
            }
        }
    }
}
