using System.Collections.Concurrent;
using System.Diagnostics;

namespace Tenancy.PoolSizing;

/// <summary>What came of the requests of one measurement, from when it opens until it closes.</summary>
internal sealed class Tally
{
    readonly ConcurrentDictionary<string, long> _messages = new();
    long _opened = long.MaxValue;
    long _closed = long.MaxValue;
    long _done;
    long _errors;
    long _foreign;

    /// <summary>The latency of what arrived while it was open, however late its answer.</summary>
    public Histogram Latency { get; } = new();

    public bool IsClosed => Volatile.Read(ref _closed) != long.MaxValue;

    public TimeSpan Length => Stopwatch.GetElapsedTime(_opened, _closed);

    /// <summary>Answered while it was open.</summary>
    public long Done => Interlocked.Read(ref _done);

    /// <summary>Failed, warm-up included.</summary>
    public long Errors => Interlocked.Read(ref _errors);

    /// <summary>Answers that were not all the tenant's own, warm-up included.</summary>
    public long Foreign => Interlocked.Read(ref _foreign);

    /// <summary>What the errors said, and how often.</summary>
    public IReadOnlyDictionary<string, long> Messages => _messages;

    public void Open() => Volatile.Write(ref _opened, Stopwatch.GetTimestamp());

    public void Close()
    {
        if (!IsClosed)
            Volatile.Write(ref _closed, Stopwatch.GetTimestamp());
    }

    public void Answered(long arrived, bool right)
    {
        var now = Stopwatch.GetTimestamp();
        if (!right)
            Interlocked.Increment(ref _foreign);
        if (IsWithin(now))
            Interlocked.Increment(ref _done);
        if (IsWithin(arrived))
            Latency.Add(Stopwatch.GetElapsedTime(arrived, now));
    }

    public void Failed(string message)
    {
        Interlocked.Increment(ref _errors);
        _messages.AddOrUpdate(message, 1, static (_, count) => count + 1);
    }

    /// <summary>Counts what was given up as an error, and the time it took so far: leaving it out would flatter the latency.</summary>
    public void Abandoned(long arrived)
    {
        Failed("No answer came in the time after the measurement that was left for it: more arrives than can be served.");
        if (IsWithin(arrived))
            Latency.Add(Stopwatch.GetElapsedTime(arrived));
    }

    bool IsWithin(long time) => time >= Volatile.Read(ref _opened) && time < Volatile.Read(ref _closed);
}
