using System.Runtime.InteropServices;

namespace Tenancy;

/// <summary>What a tenant used in a time.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct UsageAmounts
{
    /// <summary>Requests that were admitted.</summary>
    public long Requests { get; init; }

    /// <summary>Requests that a limit refused.</summary>
    public long Rejections { get; init; }

    /// <summary>How long connections were held. Whole microseconds count.</summary>
    public TimeSpan DatabaseTime { get; init; }

    /// <summary>Rows returned or changed.</summary>
    public long Rows { get; init; }

    /// <summary>Bytes that the application counted.</summary>
    public long Bytes { get; init; }

    /// <summary>Pages.</summary>
    public long Pages { get; init; }

    /// <summary>How long connections were waited for. Whole microseconds count.</summary>
    public TimeSpan QueueTime { get; init; }

    /// <summary>The most bytes that were stored; <see langword="null"/> where nobody measured.</summary>
    public long? Storage { get; init; }

    /// <summary>One of them as a number: times in microseconds, storage that was not measured as 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such metric.</exception>
    public long this[UsageMetric metric] => metric switch
    {
        UsageMetric.Requests => Requests,
        UsageMetric.Rejections => Rejections,
        UsageMetric.DatabaseTime => Microseconds(DatabaseTime),
        UsageMetric.Rows => Rows,
        UsageMetric.Bytes => Bytes,
        UsageMetric.Pages => Pages,
        UsageMetric.QueueTime => Microseconds(QueueTime),
        UsageMetric.Storage => Storage ?? 0,
        _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, "There is no such metric."),
    };

    internal static long Microseconds(TimeSpan time) => time.Ticks / TimeSpan.TicksPerMicrosecond;
}
