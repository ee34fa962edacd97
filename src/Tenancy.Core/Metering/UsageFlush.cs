using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Tenancy;

/// <summary>Writes what was counted, batch by batch, in their order; one whose answer was lost goes again as it was.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore has no wait handle to dispose of.")]
internal sealed class UsageFlush(
    UsageBook book, IUsageLedger ledger, IOptions<MeteringOptions> options, TimeProvider time, ILogger<UsageFlush> logger)
{
    /// <summary>Tenants in one batch.</summary>
    const int MostEntries = 5000;

    /// <summary>Batches that wait for a ledger that is away. Beyond, numbers stay where they are counted, and none is lost.</summary>
    const int MostWaiting = 64;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    readonly Guid _node = Guid.CreateVersion7();
    readonly Queue<UsageBatch> _waiting = new();
    readonly SemaphoreSlim _turn = new(1, 1);
    DateTimeOffset _since = time.GetUtcNow();
    long _number;
    bool _failed;

    /// <summary>How long until the next flush is due: at whole intervals of the clock, so that a minute ends with one.</summary>
    public TimeSpan UntilNext
    {
        get
        {
            var interval = options.Value.FlushInterval.Ticks;
            return TimeSpan.FromTicks(interval - time.GetUtcNow().UtcTicks % interval);
        }
    }

    /// <summary>Writes what was counted until now. False where the ledger did not take all; the rest is tried again the next time.</summary>
    public async Task<bool> FlushAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            Collect();
            while (_waiting.TryPeek(out var batch))
            {
                if (!await SendAsync(batch, cancellationToken).ConfigureAwait(false))
                    return false;
                _waiting.Dequeue();
            }

            return true;
        }
        finally
        {
            _turn.Release();
        }
    }

    void Collect()
    {
        if (_waiting.Count >= MostWaiting)
            return;
        // What was counted since then belongs to the minute in which that was.
        var minute = new DateTimeOffset(_since.UtcTicks - _since.UtcTicks % TimeSpan.TicksPerMinute, TimeSpan.Zero);
        _since = time.GetUtcNow();
        foreach (var entries in book.Take().Chunk(MostEntries))
            _waiting.Enqueue(new UsageBatch(_node, ++_number, minute, entries));
    }

    async Task<bool> SendAsync(UsageBatch batch, CancellationToken cancellationToken)
    {
        try
        {
            using var patience = new CancellationTokenSource(Patience, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
            await ledger.AddAsync(batch, both.Token).ConfigureAwait(false);
            if (_failed)
                CoreLog.MeteringBack(logger);
            _failed = false;
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Whatever the store throws: counting goes on.
            if (!_failed)
                CoreLog.MeteringAway(logger, e.GetType().Name);
            _failed = true;
            return false;
        }
    }
}
