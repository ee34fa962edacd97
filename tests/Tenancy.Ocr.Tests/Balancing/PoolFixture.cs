using System.Globalization;
using Tenancy.Ocr.Tests.Support;
using Tenancy.Transport;

namespace Tenancy.Ocr.Tests.Balancing;

/// <summary>A pool by itself, under a clock that the test moves. What it leads to is never called here.</summary>
internal sealed class PoolFixture : IDisposable
{
    readonly OcrMetrics _metrics = new();

    public PoolFixture(int servers, int concurrency = 1, bool cancels = true, int maxWaiting = 1000, int maxPerTenant = 1000, long maxBytes = 1L << 40)
    {
        Pool = new EndpointPool(new PoolOptions
        {
            Name = "test",
            ConcurrencyPerServer = concurrency,
            MaxWaiting = maxWaiting,
            MaxWaitingPerTenant = maxPerTenant,
            MaxWaitingBytes = maxBytes,
            ServersCancel = cancels,
        }, Time, _metrics);
        Concurrency = concurrency;
        Serve([.. Enumerable.Range(1, servers)]);
    }

    public ManualTime Time { get; } = new();

    public EndpointPool Pool { get; }

    int Concurrency { get; }

    public static TenantId Tenant(int number) => new(Guid.Parse("00000000-0000-0000-0000-" + number.ToString("D12", CultureInfo.InvariantCulture)));

    public void Serve(params int[] servers) => Pool.SetEndpoints(
        servers.Select(server => new EndpointAddress(new Uri($"http://server-{server}:1"))),
        address => new OcrEndpoint(address, new HttpGrpcChannel(new GrpcChannelOptions { Address = address.Uri }), Concurrency));

    public OcrEndpoint Server(int number) => Pool.Endpoints.Single(endpoint => endpoint.Name == $"server-{number}:1");

    public Task<EndpointLease> Acquire(int tenant = 1, int pages = 1, long bytes = 1, int most = int.MaxValue, int seconds = 3600, CancellationToken stop = default, params OcrEndpoint[] avoid) =>
        Pool.AcquireAsync(new PoolRequest(Tenant(tenant), most, pages, bytes, avoid), TimeSpan.FromSeconds(seconds), stop).AsTask();

    /// <summary>One call that ends so.</summary>
    public async Task<OcrEndpoint> Call(CallOutcome outcome, int takes = 0)
    {
        var lease = await Acquire();
        Time.Advance(TimeSpan.FromSeconds(takes));
        lease.End(outcome, 1);
        return lease.Endpoint;
    }

    public void Dispose()
    {
        Pool.Dispose();
        _metrics.Dispose();
    }
}
