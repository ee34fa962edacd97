namespace Tenancy;

/// <summary>What tenants store. It is measured in the background where there is a quota.</summary>
public interface ITenantStorage
{
    /// <summary>What this process last heard of a tenant's storage; none where it was not measured.</summary>
    StorageReading? Read(TenantId tenant);

    /// <summary>Measures exactly, now. What comes of it is in force at once in this process, and in the others after <see cref="StorageOptions.Interval"/>.</summary>
    /// <param name="tenant">The tenant, as the catalog has it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task<StorageReading> MeasureAsync(Tenant tenant, CancellationToken cancellationToken = default);
}

/// <summary>What a tenant stores.</summary>
/// <param name="Bytes">Bytes of its tables with their indexes; of shared tables, its part of them.</param>
/// <param name="Tables">How many tables that is.</param>
/// <param name="MostRows">Its rows in the table in which it has most; estimated unless the tier limits them and the reading is exact.</param>
/// <param name="IsExact">Whether it was counted, rather than estimated.</param>
/// <param name="Measured">When, by the server's clock.</param>
/// <param name="ExceededSince">Since when it is above its quota; none where it is not.</param>
/// <param name="IsFull">Whether writes are refused: it is above the quota and its grace.</param>
public sealed record StorageReading(
    long Bytes, long Tables, long MostRows, bool IsExact, DateTimeOffset Measured, DateTimeOffset? ExceededSince, bool IsFull);
