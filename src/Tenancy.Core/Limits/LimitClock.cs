using System.Diagnostics;

namespace Tenancy;

/// <summary>Nanoseconds since it was made, by a clock that never runs back.</summary>
internal sealed class LimitClock(TimeProvider time)
{
    const long PerSecond = 1_000_000_000;

    readonly long _start = time.GetTimestamp();
    readonly long _frequency = time.TimestampFrequency;
    readonly bool _isSystem = ReferenceEquals(time, TimeProvider.System) && Stopwatch.Frequency == PerSecond;

    public TimeProvider Time => time;

    public long Now
    {
        get
        {
            // What the system's clock does, without a call that only a test replaces.
            if (_isSystem)
                return Stopwatch.GetTimestamp() - _start;
            var elapsed = time.GetTimestamp() - _start;
            if (_frequency == PerSecond)
                return elapsed;
            var (seconds, rest) = Math.DivRem(elapsed, _frequency);
            return seconds * PerSecond + (long)((Int128)rest * PerSecond / _frequency);
        }
    }

    /// <summary>Never shorter than it is.</summary>
    public static TimeSpan Span(long nanoseconds) =>
        new((nanoseconds + TimeSpan.NanosecondsPerTick - 1) / TimeSpan.NanosecondsPerTick);

    public static long Nanoseconds(TimeSpan span) => span.Ticks * TimeSpan.NanosecondsPerTick;
}
