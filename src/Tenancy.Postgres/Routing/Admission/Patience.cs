namespace Tenancy;

/// <summary>Waits for a grant, for so long and no longer.</summary>
internal static class Patience
{
    /// <summary>Returns when the waiter was granted something.</summary>
    /// <exception cref="TenantConnectionTimeoutException">It was not in time.</exception>
    public static async Task WaitAsync(Waiter waiter, TimeSpan patience, bool async, CancellationToken cancellationToken)
    {
        var budget = waiter.Pool.Budget;
        var granted = false;
        try
        {
            if (async)
                await waiter.Task.WaitAsync(patience, budget.Time, cancellationToken).ConfigureAwait(false);
            else if (!Signalled(waiter.Task, patience, cancellationToken))
                throw new TimeoutException();
            granted = true;
        }
        catch (TimeoutException)
        {
            if (budget.Withdraw(waiter))
                throw new TenantConnectionTimeoutException(budget, waiter.Pool, waiter.Share, waiter.Waited);
            // Granted at the last moment.
            granted = true;
        }
        catch (OperationCanceledException)
        {
            if (!budget.Withdraw(waiter))
                budget.GiveBack(waiter);
            throw;
        }
        finally
        {
            waiter.Share.CountWait(waiter.Waited.Ticks);
            budget.Metrics.Waited(budget.Server, waiter.Waited, granted);
            RouterActivities.Waited(waiter, granted);
        }
    }

    public static Task PauseAsync(TimeSpan pause, TimeProvider time, bool async, CancellationToken cancellationToken)
    {
        if (async)
            return Task.Delay(pause, time, cancellationToken);
        cancellationToken.WaitHandle.WaitOne(pause);
        return Task.CompletedTask;
    }

    /// <summary>For the synchronous ways in: nothing runs that this could hold up, it is only told.</summary>
    static bool Signalled(Task task, TimeSpan patience, CancellationToken cancellationToken) =>
        task.Wait((int)patience.TotalMilliseconds, cancellationToken);
}
