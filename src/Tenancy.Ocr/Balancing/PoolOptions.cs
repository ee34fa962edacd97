namespace Tenancy;

/// <summary>How a pool bounds its work.</summary>
internal sealed record PoolOptions
{
    public required string Name { get; init; }

    public int ConcurrencyPerServer { get; init; } = OcrPoolOptions.DefaultConcurrencyPerServer;

    public int MaxWaiting { get; init; } = OcrQueueOptions.DefaultMaxCalls;

    public int MaxWaitingPerTenant { get; init; } = OcrQueueOptions.DefaultMaxCallsPerTenant;

    public long MaxWaitingBytes { get; init; } = OcrQueueOptions.DefaultMaxBytes;

    /// <summary>Whether a server stops when a call is cancelled.</summary>
    public bool ServersCancel { get; init; } = true;
}
