using Tenancy.Transport;

namespace Tenancy;

/// <summary>Asks a second server for the same image where the first lets wait; the first page counts (Dean, Barroso, "The Tail at Scale", 2013).</summary>
internal static class Hedge
{
    /// <summary>Runs an attempt, and perhaps a second one beside it.</summary>
    /// <param name="first">The attempt, not begun.</param>
    /// <param name="second">Makes the second, or none where no server is idle.</param>
    /// <param name="after">How long the first may take alone.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends both.</param>
    /// <returns>The page, or why there is none.</returns>
    public static async Task<(OcrPage? Page, GrpcException? Failure)> RunAsync(
        OcrAttempt first, Func<OcrAttempt?> second, TimeSpan after, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var firstEnd = first.ConfigureAwait(false);
        var one = first.NextAsync().AsTask();
        if (await IsSlowAsync(one, after, time, cancellationToken).ConfigureAwait(false) && second() is { } other)
        {
            await using var otherEnd = other.ConfigureAwait(false);
            var two = other.NextAsync().AsTask();
            await Task.WhenAny(one, two).ConfigureAwait(false);
            // One that failed does not win: the other may still succeed.
            var firstWins = one.IsCompleted ? await IsPageAsync(one).ConfigureAwait(false) : !await IsPageAsync(two).ConfigureAwait(false);
            var (winner, page, loser, rest) = firstWins ? (first, one, other, two) : (other, two, first, one);
            if (!page.IsCompleted)
                await Task.WhenAny(page).ConfigureAwait(false);
            loser.Abandon();
            await ((Task)rest).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return await EndAsync(winner, page).ConfigureAwait(false);
        }

        return await EndAsync(first, one).ConfigureAwait(false);
    }

    static async Task<bool> IsSlowAsync(Task task, TimeSpan after, TimeProvider time, CancellationToken cancellationToken)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(task, Task.Delay(after, time, done.Token)).ConfigureAwait(false);
        await done.CancelAsync().ConfigureAwait(false);
        return !task.IsCompleted && !cancellationToken.IsCancellationRequested;
    }

    static async Task<bool> IsPageAsync(Task<OcrPage?> task) => task.IsCompletedSuccessfully && await task.ConfigureAwait(false) is not null;

    static async Task<(OcrPage?, GrpcException?)> EndAsync(OcrAttempt attempt, Task<OcrPage?> page)
    {
        var read = await page.ConfigureAwait(false);
        // To its end, so that the server is known to be done.
        if (read is not null)
            await attempt.NextAsync().ConfigureAwait(false);
        return (read, read is null ? attempt.Failure : null);
    }
}
