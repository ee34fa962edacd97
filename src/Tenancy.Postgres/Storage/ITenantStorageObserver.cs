namespace Tenancy;

/// <summary>Is told when a tenant's storage reaches 80, 90 and 100 hundredths of a quota. Register as many as there are.</summary>
/// <remarks>One process tells, once for each time that a threshold is passed upwards. One that fails is logged.</remarks>
public interface ITenantStorageObserver
{
    /// <summary>A threshold was passed.</summary>
    /// <param name="threshold">Which.</param>
    /// <param name="cancellationToken">The process stops.</param>
    ValueTask OnThresholdAsync(StorageThreshold threshold, CancellationToken cancellationToken);
}

/// <summary>A threshold that was passed upwards.</summary>
/// <param name="Tenant">Whose.</param>
/// <param name="Resource">What there is a quota of.</param>
/// <param name="Percent">80, 90 or 100; where several were passed at once, the highest.</param>
/// <param name="Used">How much there is.</param>
/// <param name="Quota">How much there may be.</param>
public sealed record StorageThreshold(Tenant Tenant, StorageResource Resource, int Percent, long Used, long Quota);

/// <summary>What of storage there may be a quota of.</summary>
public enum StorageResource
{
    /// <summary><see cref="StorageLimits.QuotaBytes"/>.</summary>
    Bytes,

    /// <summary><see cref="StorageLimits.MaxRows"/>.</summary>
    Rows,

    /// <summary><see cref="StorageLimits.MaxTables"/>.</summary>
    Tables,
}
