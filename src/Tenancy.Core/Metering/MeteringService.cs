using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Tenancy;

/// <summary>Writes what was counted for as long as the host runs, and once more when it stops.</summary>
internal sealed class MeteringService(
    UsageFlush flush, IOptions<MeteringOptions> options, TimeProvider time, ILogger<MeteringService> logger) : BackgroundService
{
    /// <summary>Whoever starts it, and in whose scope: the loop inherits neither.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        using (ExecutionContext.SuppressFlow())
            return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        if (!options.Value.Enabled)
            return;
        try
        {
            // What is told to stop at the last moment is tried once more: the first answer may only have been late.
            if (!await flush.FlushAsync(cancellationToken).ConfigureAwait(false))
                await flush.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The host waits no longer. What is not written is lost, as if the process had been killed.
            CoreLog.MeteringAway(logger, nameof(OperationCanceledException));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (options.Value.Enabled && !stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(flush.UntilNext, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested)
                return;
            // Not cut short when the process stops: the flush at the end would only wait for the same.
            await flush.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }
}
