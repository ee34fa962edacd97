using System.Collections.Concurrent;
using System.Diagnostics;

namespace Tenancy.PoolSizing;

/// <summary>Completes tasks a delay after they were asked for, in order, from one thread.</summary>
internal sealed class DelayLine : IDisposable
{
    readonly BlockingCollection<(long Due, TaskCompletionSource Signal)> _line = [];
    readonly Thread _thread;
    long _delay;

    public DelayLine()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "delay" };
        _thread.Start();
    }

    /// <summary>May grow while in use.</summary>
    public TimeSpan Delay
    {
        get => Stopwatch.GetElapsedTime(0, Volatile.Read(ref _delay));
        set => Volatile.Write(ref _delay, (long)(value.TotalSeconds * Stopwatch.Frequency));
    }

    /// <summary>A task that ends when the delay is over.</summary>
    public Task PassAsync()
    {
        var delay = Volatile.Read(ref _delay);
        if (delay == 0)
            return Task.CompletedTask;
        var signal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _line.Add((Stopwatch.GetTimestamp() + delay, signal));
        return signal.Task;
    }

    public void Dispose()
    {
        _line.CompleteAdding();
        _thread.Join();
        _line.Dispose();
    }

    void Run()
    {
        foreach (var (due, signal) in _line.GetConsumingEnumerable())
        {
            PreciseSleep.Until(due);
            signal.SetResult();
        }
    }
}
