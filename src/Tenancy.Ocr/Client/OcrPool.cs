using Microsoft.Extensions.Logging;
using Tenancy.Transport;

namespace Tenancy;

/// <summary>A pool of the configuration: its servers, what they speak and what they read.</summary>
internal sealed class OcrPool : IDisposable
{
    readonly OcrPoolOptions _options;
    readonly AddressBook _addresses;
    readonly Func<EndpointAddress, IGrpcChannel> _connect;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly CancellationTokenSource _stop = new();
    TaskCompletionSource _asked = new();
    int _started;

    public OcrPool(
        string name, OcrPoolOptions options, OcrQueueOptions queue, Func<EndpointAddress, IGrpcChannel> connect,
        TimeProvider time, OcrMetrics metrics, ILogger logger)
    {
        (_options, _connect, _time, _logger) = (options, connect, time, logger);
        Protocol = options.Protocol == OcrProtocol.PaddleX ? new PaddleXProtocol(options.Model, options.PagesPerCall) : new V1Protocol();
        Servers = new EndpointPool(new PoolOptions
        {
            Name = name,
            ConcurrencyPerServer = options.ConcurrencyPerServer,
            MaxWaiting = queue.MaxCalls,
            MaxWaitingPerTenant = queue.MaxCallsPerTenant,
            MaxWaitingBytes = queue.MaxBytes,
            ServersCancel = Protocol.ServersCancel,
        }, time, metrics);
        _addresses = new AddressBook(name, [.. options.Servers.Select(server => new Uri(server))], options, time, logger);
        if (!_addresses.Resolves)
            Servers.SetEndpoints(_addresses.Configured, Create);
    }

    public string Name => Servers.Name;

    public EndpointPool Servers { get; }

    public HedgeBudget Hedges { get; } = new();

    public IOcrServerProtocol Protocol { get; }

    public OcrPoolOptions Options => _options;

    /// <summary>Begins to follow names and health, with the first document.</summary>
    public void Start()
    {
        if (Interlocked.Exchange(ref _started, 1) != 0)
            return;
        if (_addresses.Resolves)
            Detached(ResolveAsync);
        else
            Watch(Servers.Endpoints);
    }

    /// <summary>A server failed: its name may have another address by now.</summary>
    public void LookUp() => Volatile.Read(ref _asked).TrySetResult();

    public void Rotate()
    {
        foreach (var endpoint in Servers.Endpoints)
            endpoint.Channel.Rotate();
    }

    public void Dispose()
    {
        _stop.Cancel();
        Servers.Dispose();
        _stop.Dispose();
    }

    async Task ResolveAsync()
    {
        var stop = _stop.Token;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                Volatile.Write(ref _asked, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
                var before = Servers.Endpoints;
                var addresses = await _addresses.ResolveAsync(stop).ConfigureAwait(false);
                Servers.SetEndpoints(addresses, Create);
                Watch(Servers.Endpoints.Except(before));
                await _addresses.WaitAsync(_asked.Task, stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    void Watch(IEnumerable<OcrEndpoint> endpoints)
    {
        foreach (var endpoint in endpoints)
        {
            var watch = new HealthWatch(Servers, endpoint, Protocol, _time, _logger);
            Detached(() => watch.RunAsync(_stop.Token));
        }
    }

    /// <summary>Outside of whoever's call it happened to be: the loop would keep that tenant ambient.</summary>
    static void Detached(Func<Task> loop)
    {
        using (ExecutionContext.SuppressFlow())
            _ = Task.Run(loop);
    }

    OcrEndpoint Create(EndpointAddress address) => new(address, _connect(address), _options.ConcurrencyPerServer);
}
