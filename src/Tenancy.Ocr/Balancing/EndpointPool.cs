namespace Tenancy;

/// <summary>
/// Servers that read the same, and who is next to use one. Each works on few calls at a time, one by default, because
/// PaddleOCR's predictors are not thread-safe; so the calls wait here, where waiting is bounded and fair, and not there.
/// </summary>
internal sealed class EndpointPool : IDisposable
{
    readonly Lock _gate = new();
    readonly FairLine _line = new();
    readonly OutlierDetector _outliers = new();
    readonly PoolOptions _options;
    readonly TimeProvider _time;
    readonly OcrMetrics _metrics;
    readonly ITimer _timer;
    OcrEndpoint[] _endpoints = [];
    int _turn;
    bool _disposed;

    public EndpointPool(PoolOptions options, TimeProvider time, OcrMetrics metrics)
    {
        _options = options;
        _time = time;
        _metrics = metrics;
        _timer = time.CreateTimer(static pool => ((EndpointPool)pool!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public string Name => _options.Name;

    public RetryBudget Retries { get; } = new();

    public IReadOnlyList<OcrEndpoint> Endpoints => Volatile.Read(ref _endpoints);

    public int Waiting
    {
        get
        {
            lock (_gate)
                return _line.Count;
        }
    }

    public long WaitingBytes
    {
        get
        {
            lock (_gate)
                return _line.Bytes;
        }
    }

    public int InFlight => Endpoints.Sum(static endpoint => endpoint.InFlight);

    public OcrPoolDiagnostics Describe()
    {
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            return new(Name, _line.Count, _line.Bytes, [.. _endpoints.Select(endpoint => endpoint.Describe(now))]);
        }
    }

    /// <summary>Waits for a server, in the tenant's turn.</summary>
    /// <exception cref="OcrException">Too many wait already, or none came free in time.</exception>
    public async ValueTask<EndpointLease> AcquireAsync(PoolRequest request, TimeSpan patience, CancellationToken cancellationToken)
    {
        PoolWaiter waiter;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            // A server may have come back since anybody looked; whoever waits for it comes first.
            Dispatch();
            var share = _line.Share(request.Tenant);
            if (share.Waiting.Count == 0 && Best(request, share) is { } free)
                return Begin(free, request, share);
            if (Refusal(request, share) is { } refusal)
            {
                _line.Forget(share);
                throw refusal;
            }

            waiter = new PoolWaiter(request, share);
            _line.Add(waiter);
            Arm();
        }

        return await WaitAsync(waiter, patience, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A server that is free now and was not asked before, or none. Nobody who waits is passed over.</summary>
    public EndpointLease? TryAcquire(PoolRequest request)
    {
        lock (_gate)
        {
            if (_disposed || _line.Count > 0)
                return null;
            var share = _line.Share(request.Tenant);
            if (Best(request, share) is { } free && !request.Avoid.Contains(free))
                return Begin(free, request, share);
            _line.Forget(share);
            return null;
        }
    }

    public void End(EndpointLease lease, CallOutcome outcome, int pages)
    {
        var endpoint = lease.Endpoint;
        var took = _time.GetElapsedTime(lease.Since);
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            _line.End(lease.Share, lease.Charged, outcome == CallOutcome.Unused ? 0 : Math.Max(pages, 1));
            Count(endpoint, outcome, now);
            if (outcome == CallOutcome.Served)
                endpoint.PageTime.Add(took, pages);
            if (!_options.ServersCancel && outcome is CallOutcome.Abandoned or CallOutcome.Late)
                Linger(endpoint, lease.Charged, took);
            else
                endpoint.InFlight--;
            Retire(endpoint);
            Dispatch();
        }
    }

    /// <summary>Makes these the servers. Those that are gone get no more calls, and are closed when their last has ended.</summary>
    public void SetEndpoints(IEnumerable<EndpointAddress> addresses, Func<EndpointAddress, OcrEndpoint> create)
    {
        lock (_gate)
        {
            var wanted = addresses.Distinct().ToArray();
            var old = _endpoints;
            _endpoints = [.. wanted.Select(address => old.FirstOrDefault(endpoint => endpoint.Address == address) ?? create(address))];
            foreach (var gone in old.Except(_endpoints))
            {
                gone.IsRemoved = true;
                Retire(gone);
            }

            Dispatch();
        }
    }

    /// <summary>Notes what a server says of itself.</summary>
    public void SetServing(OcrEndpoint endpoint, bool serving)
    {
        lock (_gate)
        {
            if (endpoint.IsServing == serving)
                return;
            endpoint.IsServing = serving;
            if (serving)
                endpoint.Backoff.Succeeded();
            Dispatch();
        }
    }

    public void SetModels(OcrEndpoint endpoint, IReadOnlyList<OcrModel> models)
    {
        lock (_gate)
            endpoint.Models = models;
    }

    public void Dispose()
    {
        List<PoolWaiter> waiting;
        lock (_gate)
        {
            _disposed = true;
            waiting = [.. _line.Heads().SelectMany(static head => head.Share.Waiting)];
            foreach (var waiter in waiting)
                _line.Remove(waiter);
        }

        foreach (var waiter in waiting)
            waiter.TrySetException(new ObjectDisposedException(nameof(EndpointPool)));
        _timer.Dispose();
        foreach (var endpoint in Endpoints)
            endpoint.Channel.Dispose();
    }

    async Task<EndpointLease> WaitAsync(PoolWaiter waiter, TimeSpan patience, CancellationToken cancellationToken)
    {
        var since = _time.GetTimestamp();
        try
        {
            return await waiter.Task.WaitAsync(patience, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            bool left;
            lock (_gate)
                left = _line.Remove(waiter);
            // Granted at the same moment: nobody will use it.
            if (!left)
                (await waiter.Task.ConfigureAwait(false)).End(CallOutcome.Unused, 0);
            if (e is OperationCanceledException)
                throw;
            throw NoServer(patience, waiter.Request);
        }
        finally
        {
            _metrics.Waited(Name, _time.GetElapsedTime(since));
        }
    }

    OcrException NoServer(TimeSpan patience, PoolRequest request)
    {
        var now = _time.GetUtcNow();
        var usable = Endpoints.Count(endpoint => endpoint.IsUsable(now));
        return new OcrException(
            usable == 0 ? GrpcStatusCode.Unavailable : GrpcStatusCode.DeadlineExceeded,
            $"No server of the pool '{Name}' was free within {patience}: {usable} of {Endpoints.Count} can be used now. Add servers, or allow more time (Ocr:Timeout).")
        {
            Reason = usable == 0 && !request.Begun ? OcrReasons.NoServer : null,
            IsRetryable = true,
        };
    }

    OcrException? Refusal(PoolRequest request, PoolShare share)
    {
        if (_line.Count < _options.MaxWaiting && _line.Bytes + request.Bytes <= _options.MaxWaitingBytes && share.Waiting.Count < _options.MaxWaitingPerTenant)
            return null;
        _metrics.Refused(Name, OcrReasons.QueueFull);
        var slots = Math.Max(1, Endpoints.Sum(static endpoint => endpoint.Concurrency));
        var mean = Endpoints.Count == 0 ? TimeSpan.FromSeconds(1) : TimeSpan.FromSeconds(Endpoints.Average(static endpoint => endpoint.PageTime.Mean.TotalSeconds));
        return Tenancy.Refusal.Busy(OcrReasons.QueueFull,
            $"{_line.Count} calls with {_line.Bytes:N0} bytes wait for the pool '{Name}', {share.Waiting.Count} of them this tenant's. " +
            "Try again later, add servers, or raise Ocr:Queue.", mean * Math.Max(1, _line.Count / slots));
    }

    void Dispatch()
    {
        var granted = true;
        while (granted && _line.Count > 0)
        {
            granted = false;
            foreach (var waiter in _line.Heads())
            {
                if (Best(waiter.Request, waiter.Share) is not { } endpoint)
                    continue;
                var lease = Begin(endpoint, waiter.Request, waiter.Share);
                _line.Remove(waiter);
                waiter.SetResult(lease);
                granted = true;
                break;
            }
        }

        if (_line.Count > 0)
            Arm();
    }

    EndpointLease Begin(OcrEndpoint endpoint, PoolRequest request, PoolShare share)
    {
        endpoint.InFlight++;
        _line.Begin(share, request.Pages);
        return new EndpointLease(this, endpoint, share, request.Pages, _time.GetTimestamp());
    }

    /// <summary>The server that has least to do, of those that may have more; one that failed the call before only where there is no other.</summary>
    OcrEndpoint? Best(PoolRequest request, PoolShare share)
    {
        if (share.InFlight >= request.MaxConcurrent)
            return null;
        var now = _time.GetUtcNow();
        var usable = false;
        foreach (var endpoint in _endpoints)
            usable |= endpoint.IsUsable(now) && !request.Avoid.Contains(endpoint);
        OcrEndpoint? best = null;
        _turn++;
        for (var i = 0; i < _endpoints.Length; i++)
        {
            // Equals take turns.
            var endpoint = _endpoints[(_turn + i) % _endpoints.Length];
            if (!endpoint.IsUsable(now) || usable && request.Avoid.Contains(endpoint))
                continue;
            if (endpoint.InFlight < endpoint.Slots(now) && (best is null || endpoint.Score(now) < best.Score(now)))
                best = endpoint;
        }

        return best;
    }

    void Count(OcrEndpoint endpoint, CallOutcome outcome, DateTimeOffset now)
    {
        if (outcome is CallOutcome.Unused or CallOutcome.Abandoned or CallOutcome.Rejected)
            return;
        if (outcome == CallOutcome.Unreachable)
        {
            // A restart is no reason for an ejection, which lasts longer.
            endpoint.Backoff.Failed(now);
            return;
        }

        endpoint.Backoff.Succeeded();
        if (_outliers.Add(endpoint, outcome == CallOutcome.Served, _endpoints, now) is { } ejected)
            _metrics.Ejected(Name, ejected.Name);
    }

    /// <summary>The server cannot be told to stop, so its slot stays taken for as long as it will probably take.</summary>
    void Linger(OcrEndpoint endpoint, int pages, TimeSpan took)
    {
        endpoint.Zombies++;
        var left = endpoint.PageTime.Mean * pages - took;
        // It is slower than ever: the best guess is as long again, as for any unknown that has lasted.
        if (left <= TimeSpan.Zero)
            left = took;
        ITimer? timer = null;
        timer = _time.CreateTimer(_ =>
        {
            timer?.Dispose();
            lock (_gate)
            {
                endpoint.Zombies--;
                endpoint.InFlight--;
                Retire(endpoint);
                Dispatch();
            }
        }, null, left, Timeout.InfiniteTimeSpan);
    }

    static void Retire(OcrEndpoint endpoint)
    {
        if (endpoint is { IsRemoved: true, InFlight: 0 })
            endpoint.Channel.Dispose();
    }

    /// <summary>Looks again when the next server may come back.</summary>
    void Arm()
    {
        var now = _time.GetUtcNow();
        DateTimeOffset? next = null;
        foreach (var endpoint in _endpoints)
        {
            foreach (var until in (ReadOnlySpan<DateTimeOffset>)[endpoint.Backoff.Until, endpoint.Outlier.EjectedUntil])
            {
                if (until > now && (next is null || until < next))
                    next = until;
            }
        }

        if (next is { } at && !_disposed)
            _timer.Change(at - now + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
    }

    void Look()
    {
        lock (_gate)
            Dispatch();
    }
}
