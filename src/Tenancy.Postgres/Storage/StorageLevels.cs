namespace Tenancy;

/// <summary>The thresholds that a tenant has reached of each quota.</summary>
internal readonly record struct StorageLevels(int Bytes, int Rows, int Tables)
{
    public static StorageLevels Of(StorageLimits limits, StorageFigures figures) => new(
        StorageVerdict.LevelOf(figures.Bytes, limits.QuotaBytes), StorageVerdict.LevelOf(figures.MostRows, limits.MaxRows),
        StorageVerdict.LevelOf(figures.Tables, limits.MaxTables));

    /// <summary>Those that are higher than they were.</summary>
    public IEnumerable<StorageThreshold> Above(StorageLevels before, Tenant tenant, StorageLimits limits, StorageFigures figures)
    {
        if (Bytes > before.Bytes)
            yield return new StorageThreshold(tenant, StorageResource.Bytes, Bytes, figures.Bytes, limits.QuotaBytes!.Value);
        if (Rows > before.Rows)
            yield return new StorageThreshold(tenant, StorageResource.Rows, Rows, figures.MostRows, limits.MaxRows!.Value);
        if (Tables > before.Tables)
            yield return new StorageThreshold(tenant, StorageResource.Tables, Tables, figures.Tables, limits.MaxTables!.Value);
    }
}
