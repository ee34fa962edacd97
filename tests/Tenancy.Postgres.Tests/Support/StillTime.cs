using System.Diagnostics;

namespace Tenancy.Postgres.Tests;

/// <summary>Time that passes only when a test says so; timers never fire.</summary>
internal sealed class StillTime : TimeProvider
{
    public long Now { get; set; }

    public override long TimestampFrequency => Stopwatch.Frequency;

    public override long GetTimestamp() => Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Never();

    sealed class Never : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => default;
    }
}
