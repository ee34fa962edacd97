using System.Data.Common;

namespace Tenancy;

/// <summary>
/// A statement that adds or changes rows was refused before it was sent: the tenant is above its storage quota and grace.
/// Reading and deleting go on. Over HTTP it is a 403 <c>storage-full</c>.
/// </summary>
public sealed class TenantStorageExceededException : DbException, ITenantRefusal
{
    /// <inheritdoc/>
    public TenantStorageExceededException() : this("The tenant's storage is full.") { }

    /// <inheritdoc/>
    public TenantStorageExceededException(string message) : base(message) { }

    /// <inheritdoc/>
    public TenantStorageExceededException(string message, Exception innerException) : base(message, innerException) { }

    internal TenantStorageExceededException(StorageReading reading, StorageLimits limits) : base(Explain(reading, limits)) =>
        (Reading, Limits) = (reading, limits);

    /// <summary>What was last measured.</summary>
    public StorageReading? Reading { get; }

    /// <summary>What the tenant may store.</summary>
    public StorageLimits? Limits { get; }

    /// <inheritdoc/>
    public TenantRefusalKind Kind => TenantRefusalKind.StorageFull;

    /// <summary>Never: waiting does not help.</summary>
    public TimeSpan? RetryAfter => null;

    /// <inheritdoc/>
    public IReadOnlyList<string> ViolatedPolicies { get; } = ["storage"];

    /// <summary>Never transient: rows have to be deleted, or the quota raised, first.</summary>
    public override bool IsTransient => false;

    static string Explain(StorageReading reading, StorageLimits limits)
    {
        var what = reading.Bytes > limits.QuotaBytes
            ? $"{reading.Bytes} bytes of {limits.QuotaBytes}"
            : $"{reading.MostRows} rows in a table, of {limits.MaxRows}";
        return $"The tenant's storage is full: it has {what}, since {reading.ExceededSince:u}. Delete rows, which is not refused, or raise " +
            $"Storage of its tier. It is measured again within Tenancy:Postgres:Storage:Interval, or at once by ITenantStorage.MeasureAsync.";
    }
}
