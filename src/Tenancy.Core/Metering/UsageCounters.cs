using System.Runtime.CompilerServices;

namespace Tenancy;

/// <summary>What one tenant used since it was last written.</summary>
/// <remarks>Whoever counts first after that puts it into the book's list, which is linked through the counters themselves.</remarks>
internal sealed class UsageCounters(UsageBook book, Guid tenant)
{
    /// <summary>All that is counted; storage is measured.</summary>
    public const int Metrics = (int)UsageMetric.Storage;

    /// <summary>The most that is counted at once: a petabyte, 31 years.</summary>
    public const long Most = 1_000_000_000_000_000;

    Amounts _amounts;
    int _listed;

    public Guid Tenant => tenant;

    /// <summary>The next in the list. Whoever has listed this one writes it, and whoever takes the list reads it before it unlists.</summary>
    public UsageCounters? Next { get; set; }

    public bool IsOf(UsageBook other, Guid id) => ReferenceEquals(book, other) && id == tenant;

    public void Add(UsageMetric metric, long amount)
    {
        // A full fence: seen by whoever unlists after this, or listed by us.
        Interlocked.Add(ref _amounts[(int)metric], amount);
        if (Volatile.Read(ref _listed) == 0 && Interlocked.Exchange(ref _listed, 1) == 0)
            book.List(this);
    }

    /// <summary>Takes what was counted. What is counted from here on lists it anew.</summary>
    public UsageAmounts Take()
    {
        Interlocked.Exchange(ref _listed, 0);
        return new UsageAmounts
        {
            Requests = Take(UsageMetric.Requests),
            Rejections = Take(UsageMetric.Rejections),
            DatabaseTime = Time(UsageMetric.DatabaseTime),
            Rows = Take(UsageMetric.Rows),
            Bytes = Take(UsageMetric.Bytes),
            Pages = Take(UsageMetric.Pages),
            QueueTime = Time(UsageMetric.QueueTime),
        };
    }

    /// <summary>Whatever was counted: one that cannot be told must not take the others with it.</summary>
    TimeSpan Time(UsageMetric metric) => TimeSpan.FromMicroseconds(Math.Clamp(Take(metric), -500 * Most, 500 * Most));

    long Take(UsageMetric metric) => Interlocked.Exchange(ref _amounts[(int)metric], 0);

    [InlineArray(Metrics)]
    struct Amounts
    {
        long _first;
    }
}
