namespace Tenancy.Core.Tests;

/// <summary>Time that passes only when a test says so.</summary>
sealed class ManualTime(long frequency = 1_000_000_000) : TimeProvider
{
    long _nanoseconds;

    public DateTimeOffset Utc { get; set; } = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => frequency;

    public override long GetTimestamp() => (long)((Int128)_nanoseconds * frequency / 1_000_000_000);

    public override DateTimeOffset GetUtcNow() => Utc;

    public void Pass(long nanoseconds) => _nanoseconds += nanoseconds;

    public void Pass(TimeSpan span)
    {
        Pass(span.Ticks * TimeSpan.NanosecondsPerTick);
        Utc += span;
    }
}
