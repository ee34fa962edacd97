namespace Tenancy;

/// <summary>What limits say of what was measured.</summary>
internal static class StorageVerdict
{
    public const int DefaultGracePercent = 5;

    public static readonly TimeSpan DefaultGracePeriod = TimeSpan.FromDays(1);

    /// <summary>From this part of a quota on, estimates are not good enough.</summary>
    public const double Near = 0.7;

    static readonly int[] Levels = [100, 90, 80];

    /// <summary>Whether a quota whose end means that writes are refused is exceeded.</summary>
    public static bool IsOver(StorageLimits limits, long bytes, long rows) => bytes > limits.QuotaBytes || rows > limits.MaxRows;

    /// <summary>Whether so much, or for so long, that writes are refused.</summary>
    public static bool IsFull(StorageLimits? limits, StorageReading reading, DateTimeOffset now)
    {
        // Nobody is refused because of an estimate.
        if (limits is null || !reading.IsExact || !IsOver(limits, reading.Bytes, reading.MostRows))
            return false;
        var room = 1 + (limits.GracePercent ?? DefaultGracePercent) / 100d;
        return reading.Bytes > limits.QuotaBytes * room || reading.MostRows > limits.MaxRows * room
            || reading.ExceededSince is { } since && now - since >= (limits.GracePeriod ?? DefaultGracePeriod);
    }

    public static bool IsNear(StorageLimits limits, long bytes, long rows) =>
        bytes >= limits.QuotaBytes * Near || rows >= limits.MaxRows * Near;

    /// <summary>The highest threshold that is reached: 100, 90, 80 or 0.</summary>
    public static int LevelOf(long used, long? quota)
    {
        foreach (var level in Levels)
        {
            if (quota is { } most && used >= most * (level / 100d))
                return level;
        }

        return 0;
    }
}
