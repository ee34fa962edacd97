using System.Diagnostics;

namespace Tenancy.PoolSizing;

/// <summary>
/// Requests that come at random times (Poisson) whether answers do or not. Latency counts from when a request was due, so
/// that a stall is felt by all who would have come meanwhile.
/// </summary>
internal sealed class OpenLoop
{
    /// <summary>More under way than this, and what arrives is refused: the load is beyond what can be served.</summary>
    const int MostUnderWay = 5_000;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    readonly Requests _requests;
    readonly CancellationTokenSource _giveUp;
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    // The sender counts as one until it ends.
    int _underWay = 1;

    OpenLoop(Requests requests, CancellationToken stop)
    {
        _requests = requests;
        _giveUp = CancellationTokenSource.CreateLinkedTokenSource(stop);
    }

    public static async Task RunAsync(Requests requests, int perSecond, int seed, CancellationToken stop)
    {
        var loop = new OpenLoop(requests, stop);
        using (loop._giveUp)
        {
            // A thread of its own: the pool's are busy with the answers, and would come late.
            var sending = Task.Factory.StartNew(() => loop.Send(perSecond, seed, stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            await sending;
            if (await Task.WhenAny(loop._ended.Task, Task.Delay(Patience, stop)) != loop._ended.Task)
                await loop._giveUp.CancelAsync();
            await loop._ended.Task;
        }

        stop.ThrowIfCancellationRequested();
    }

    void Send(int perSecond, int seed, CancellationToken stop)
    {
        var random = new Random(seed);
        var due = (double)Stopwatch.GetTimestamp();
        while (!_requests.Tally.IsClosed && !stop.IsCancellationRequested)
        {
            due -= Math.Log(1 - random.NextDouble()) / perSecond * Stopwatch.Frequency;
            var arrives = (long)due;
            while (Stopwatch.GetTimestamp() < arrives && !_requests.Tally.IsClosed && !stop.IsCancellationRequested)
                PreciseSleep.Until(Math.Min(arrives, Stopwatch.GetTimestamp() + Stopwatch.Frequency / 10));
            if (Volatile.Read(ref _underWay) > MostUnderWay)
            {
                _requests.Tally.Failed($"{MostUnderWay} requests were under way: more arrives than can be served.");
                continue;
            }

            Interlocked.Increment(ref _underWay);
            _ = Task.Run(() => SendOneAsync(arrives), CancellationToken.None);
        }

        OneEnded();
    }

    async Task SendOneAsync(long arrived)
    {
        try
        {
            await _requests.SendAsync(arrived, Random.Shared, _giveUp.Token);
        }
        catch (OperationCanceledException)
        {
            _requests.Tally.Abandoned(arrived);
        }
        catch (Exception e)
        {
            // Nobody awaits this one.
            _requests.Tally.Failed($"{e.GetType().Name}: {e.Message}");
        }
        finally
        {
            OneEnded();
        }
    }

    void OneEnded()
    {
        if (Interlocked.Decrement(ref _underWay) == 0)
            _ended.TrySetResult();
    }
}
