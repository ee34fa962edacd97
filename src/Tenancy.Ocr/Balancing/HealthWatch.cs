using Microsoft.Extensions.Logging;
using Tenancy.Transport;

namespace Tenancy;

/// <summary>Follows what one server says of its health, until it is removed.</summary>
internal sealed class HealthWatch(EndpointPool pool, OcrEndpoint endpoint, IOcrServerProtocol protocol, TimeProvider time, ILogger logger)
{
    static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var pause = FirstPause;
        while (!endpoint.IsRemoved)
        {
            try
            {
                await foreach (var serving in protocol.WatchHealthAsync(endpoint.Channel, time, cancellationToken).ConfigureAwait(false))
                {
                    Set(serving);
                    pause = FirstPause;
                    if (serving)
                        await DescribeAsync(cancellationToken).ConfigureAwait(false);
                }
            }
            catch (GrpcException e) when (e.Code == GrpcStatusCode.Unimplemented)
            {
                // It has nothing to say; its calls will tell.
                Set(true);
                return;
            }
            catch (GrpcException)
            {
                Set(false);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }

            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellationToken.IsCancellationRequested)
                return;
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>Whoever answers now may be another program than before.</summary>
    async Task DescribeAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<OcrModel> models;
        try
        {
            models = await protocol.DescribeAsync(endpoint.Channel, cancellationToken).ConfigureAwait(false);
        }
        catch (GrpcException)
        {
            // It serves without telling.
            models = [];
        }

        pool.SetModels(endpoint, models);
        foreach (var model in models)
            OcrLog.ServerReadsWith(logger, endpoint.Name, pool.Name, model.Engine, model.Version);
    }

    void Set(bool serving)
    {
        if (endpoint.IsServing != serving)
            OcrLog.ServingChanged(logger, endpoint.Name, pool.Name, serving);
        pool.SetServing(endpoint, serving);
    }
}
