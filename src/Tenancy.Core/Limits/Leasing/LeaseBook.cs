using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Tenancy;

/// <summary>
/// A process's dealings with the ledger: one loop that collects what all tenants need and asks for it in one call.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore has no wait handle to dispose of, and is signalled until the process ends.")]
internal sealed class LeaseBook(ILimitLedger ledger, IOptions<LimitOptions> options, TimeProvider time, ILogger<LeaseBook> logger)
{
    static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan Probe = TimeSpan.FromMilliseconds(250);

    /// <summary>Tenants in one call.</summary>
    const int MaxRequests = 1000;

    readonly ConcurrentQueue<LeasedCell> _hungry = new();
    readonly SemaphoreSlim _signal = new(0, 1);
    readonly List<LeasedCell> _holding = [];
    readonly LimitOptions _options = options.Value;
    int _urgent;
    bool _started;

    public LimitClock Clock { get; } = new(time);

    public Guid Node { get; } = Guid.CreateVersion7();

    public LimitOptions Options => _options;

    /// <summary>How many processes there are, as the ledger last said.</summary>
    public int Nodes { get; private set; } = 1;

    /// <summary>Whether the ledger cannot be reached, and what is configured for that applies.</summary>
    public bool IsAway { get; private set; }

    /// <summary>Counts the times the ledger went away: what was counted meanwhile belongs to one of them.</summary>
    public int Outage { get; private set; }

    /// <summary>Calls that were made.</summary>
    public long Calls { get; private set; }

    public bool IsStrict => _options.Mode == LimitMode.Strict;

    public LimitCell NewCell(Guid tenant, LimitPolicy policy)
    {
        Volatile.Write(ref _started, true);
        return new LeasedCell(this, new TenantId(tenant), policy);
    }

    /// <summary>Puts a cell in the next call.</summary>
    /// <param name="cell">One that is not in it yet.</param>
    /// <param name="urgent">Whether somebody waits for it.</param>
    public void Enqueue(LeasedCell cell, bool urgent)
    {
        _hungry.Enqueue(cell);
        Wake(urgent);
    }

    public void Wake(bool urgent)
    {
        if (urgent)
            Volatile.Write(ref _urgent, 1);
        if (_signal.CurrentCount > 0)
            return;
        try
        {
            _signal.Release();
        }
        catch (SemaphoreFullException)
        {
            // Another woke it at the same moment.
        }
    }

    /// <summary>The loop. Ends by returning what is leased.</summary>
    public async Task RunAsync(CancellationToken stoppingToken)
    {
        var requests = new List<LeaseRequest>();
        var cells = new List<LeasedCell>();
        var (called, beaten, failing) = (long.MinValue / 2, long.MinValue / 2, (long?)null);
        while (!stoppingToken.IsCancellationRequested)
        {
            await WaitAsync(failing is null ? null : IsAway ? Probe : Retry, called, stoppingToken).ConfigureAwait(false);
            if (stoppingToken.IsCancellationRequested)
                break;
            ReturnUnused();
            Collect(cells, requests);
            if (requests.Count == 0 && (!Volatile.Read(ref _started) || failing is null && Clock.Now - beaten < LimitClock.Nanoseconds(Heartbeat)))
                continue;
            called = Clock.Now;
            if (await CallAsync(cells, requests, called).ConfigureAwait(false))
            {
                (beaten, failing) = (called, null);
                continue;
            }

            failing ??= called;
            if (!IsAway && Clock.Now - failing.Value >= LimitClock.Nanoseconds(_options.AwayAfter))
                GoAway();
            if (IsAway)
            {
                foreach (var cell in cells)
                    cell.AnswerAway();
            }

            // What was asked for is asked for again.
            foreach (var cell in cells)
                cell.RequestAgain();
        }

        await ReturnAllAsync(cells, requests).ConfigureAwait(false);
    }

    /// <summary>
    /// Until something is to be done: at once for who waits (but 20 times a horizon at most), 4 times a horizon for what is
    /// only running low, and once for what has become old.
    /// </summary>
    async Task WaitAsync(TimeSpan? pause, long called, CancellationToken stoppingToken)
    {
        var horizon = _options.Horizon;
        if (pause is { } length)
        {
            await Task.Delay(length, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        if (!_hungry.IsEmpty || await WokenAsync(_holding.Count > 0 ? horizon : Heartbeat, stoppingToken).ConfigureAwait(false))
        {
            var end = called + LimitClock.Nanoseconds(horizon / 4);
            while (Volatile.Read(ref _urgent) == 0 && end - Clock.Now is > 0 and var left)
                await WokenAsync(TimeSpan.FromMilliseconds(Math.Ceiling(left / 1e6)), stoppingToken).ConfigureAwait(false);
            if (called + LimitClock.Nanoseconds(horizon / 20) - Clock.Now is > 0 and var rest)
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(rest / 1e6)), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Volatile.Write(ref _urgent, 0);
    }

    async Task<bool> WokenAsync(TimeSpan patience, CancellationToken stoppingToken)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var woken = _signal.WaitAsync(late.Token);
        var first = await Task.WhenAny(woken, Task.Delay(patience, time, late.Token)).ConfigureAwait(false);
        await late.CancelAsync().ConfigureAwait(false);
        await woken.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return first == woken && woken.IsCompletedSuccessfully;
    }

    void Collect(List<LeasedCell> cells, List<LeaseRequest> requests)
    {
        cells.Clear();
        requests.Clear();
        while (requests.Count < MaxRequests && _hungry.TryDequeue(out var cell))
        {
            if (cell.Prepare(Nodes) is not { } request)
                continue;
            cells.Add(cell);
            requests.Add(request);
        }
    }

    /// <summary>One call. It is not cut short when the process stops: what it returns would be lost.</summary>
    async Task<bool> CallAsync(List<LeasedCell> cells, List<LeaseRequest> requests, long called)
    {
        try
        {
            Calls++;
            using var patience = new CancellationTokenSource(_options.AwayAfter, time);
            var answer = await ledger.LeaseAsync(new LeaseCall(Node, IsStrict, _options.Horizon, requests), patience.Token).ConfigureAwait(false);
            Nodes = Math.Max(1, answer.Nodes);
            if (IsAway)
            {
                IsAway = false;
                CoreLog.LedgerBack(logger, Nodes);
            }

            for (var i = 0; i < cells.Count; i++)
            {
                cells[i].Apply(answer.Grants[i], called, Nodes);
                if (cells[i].KeepsWatch())
                    _holding.Add(cells[i]);
            }

            return true;
        }
        catch (Exception e)
        {
            // Whatever the store throws: no limit may end because of it.
            if (!IsAway)
                CoreLog.LedgerFailed(logger, e.GetType().Name);
            return false;
        }
    }

    void GoAway()
    {
        Outage++;
        IsAway = true;
        CoreLog.LedgerAway(logger, _options.WhenAway);
    }

    /// <summary>Who has leased and not used for two horizons gives back.</summary>
    void ReturnUnused()
    {
        for (var i = _holding.Count - 1; i >= 0; i--)
        {
            if (_holding[i].HoldsOn(Clock.Now))
                continue;
            _holding[i] = _holding[^1];
            _holding.RemoveAt(_holding.Count - 1);
        }
    }

    async Task ReturnAllAsync(List<LeasedCell> cells, List<LeaseRequest> requests)
    {
        foreach (var cell in _holding)
            cell.Retire();
        while (true)
        {
            Collect(cells, requests);
            try
            {
                using var patience = new CancellationTokenSource(_options.AwayAfter, time);
                if (requests.Count > 0)
                    await ledger.LeaseAsync(new LeaseCall(Node, IsStrict, _options.Horizon, [.. requests.Select(request => request with { Want = 0, Must = 0 })]), patience.Token).ConfigureAwait(false);
                if (_hungry.IsEmpty)
                {
                    await ledger.LeaveAsync(Node, patience.Token).ConfigureAwait(false);
                    return;
                }
            }
            catch (Exception e)
            {
                CoreLog.LedgerFailed(logger, e.GetType().Name);
                return;
            }
        }
    }
}
