namespace Tenancy;

/// <summary>What the pools do now, for a page of yours or a log. A singleton.</summary>
public sealed class OcrDiagnostics
{
    readonly OcrPools _pools;

    internal OcrDiagnostics(OcrPools pools) => _pools = pools;

    /// <summary>Reads the counters of all pools. It asks no server.</summary>
    public IReadOnlyList<OcrPoolDiagnostics> Snapshot() => [.. _pools.All.Select(static pool => pool.Servers.Describe())];
}
