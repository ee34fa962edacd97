using Inbox.Scans.Queue;
using Microsoft.Extensions.Options;

namespace Inbox.Scans.Work;

/// <summary>Takes scans from the queue, and has them read, so many at a time.</summary>
sealed partial class ScanWorkers(
    IScanQueue queue, ScanReading reading, ScanBell bell, IOptions<ScanOptions> options, TimeProvider time, ILogger<ScanWorkers> logger)
    : BackgroundService
{
    static readonly TimeSpan PauseAfterError = TimeSpan.FromSeconds(2);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, options.Value.Workers).Select(_ => RunAsync(stoppingToken)));

    async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (await queue.TakeAsync(options.Value.Lease, stop) is { } lease)
                    await reading.RunAsync(lease, stop);
                else
                    await bell.WaitAsync(options.Value.PollInterval, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // The queue could not be asked. What was taken comes back when its lease ends.
                LogFailed(logger, e, PauseAfterError);
                await Task.Delay(PauseAfterError, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "The queue of scans failed; it is asked again in {Pause}. Where its table is missing, run the installation again.")]
    static partial void LogFailed(ILogger logger, Exception error, TimeSpan pause);
}
