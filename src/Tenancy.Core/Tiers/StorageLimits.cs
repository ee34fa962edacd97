namespace Tenancy;

/// <summary>How much a tenant may store.</summary>
public sealed record StorageLimits
{
    /// <summary>Bytes that a tenant's tables may take.</summary>
    /// <value>Default: none, no limit. Range: 1 byte to 1 PiB.</value>
    [Within(1, 1L << 50, "bytes")]
    public long? QuotaBytes { get; init; }
}
