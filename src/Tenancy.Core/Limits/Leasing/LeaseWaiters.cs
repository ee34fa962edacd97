namespace Tenancy;

/// <summary>Requests that wait for the next lease, in the order they came.</summary>
internal sealed class LeaseWaiters
{
    readonly List<Waiter> _waiting = [];

    public Task<Taken> Add(long cost, CancellationToken cancellationToken)
    {
        var waiter = new Waiter(cost);
        lock (_waiting)
            _waiting.Add(waiter);
        return cancellationToken.CanBeCanceled ? waiter.WaitAsync(cancellationToken) : waiter.Task;
    }

    /// <summary>What they need in all, and the largest of it.</summary>
    public (long Sum, long Largest) Needs()
    {
        var (sum, largest) = (0L, 0L);
        lock (_waiting)
        {
            foreach (var waiter in _waiting)
            {
                if (waiter.Task.IsCompleted)
                    continue;
                // Each is within its policy's capacity, so thousands of them still fit.
                sum += waiter.Cost;
                largest = Math.Max(largest, waiter.Cost);
            }
        }

        return (sum, largest);
    }

    /// <summary>Admits the first ones while there is enough, and returns what is left over.</summary>
    public long Serve(long granted)
    {
        lock (_waiting)
        {
            var served = 0;
            foreach (var waiter in _waiting)
            {
                if (waiter.Cost > granted && !waiter.Task.IsCompleted)
                    break;
                served++;
                if (waiter.TrySetResult(new Taken(Taking.Taken)))
                    granted -= waiter.Cost;
            }

            _waiting.RemoveRange(0, served);
        }

        return granted;
    }

    /// <summary>Answers all that still wait.</summary>
    public void Answer(Func<long, Taken> answer)
    {
        Waiter[] left;
        lock (_waiting)
        {
            if (_waiting.Count == 0)
                return;
            left = [.. _waiting];
            _waiting.Clear();
        }

        foreach (var waiter in left)
        {
            if (!waiter.Task.IsCompleted)
                waiter.TrySetResult(answer(waiter.Cost));
        }
    }

    sealed class Waiter(long cost) : TaskCompletionSource<Taken>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public long Cost => cost;

        public async Task<Taken> WaitAsync(CancellationToken cancellationToken)
        {
            using (cancellationToken.Register(() => TrySetCanceled(cancellationToken)))
                return await Task.ConfigureAwait(false);
        }
    }
}
