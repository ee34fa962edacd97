using System.Diagnostics;
using System.Globalization;
using Tenancy.Transport;

namespace Tenancy;

/// <summary>One server's turn.</summary>
internal sealed class OcrAttempt : IAsyncDisposable
{
    /// <summary>How many times the usual time is the server's fault, where the caller's own time ended it.</summary>
    const int Slow = 4;

    readonly OcrPool _pool;
    readonly EndpointLease _lease;
    readonly OcrMetrics _metrics;
    readonly TimeProvider _time;
    readonly CancellationToken _caller;
    readonly CancellationTokenSource _page;
    readonly CancellationTokenSource _both;
    readonly IAsyncEnumerator<OcrPage> _pages;
    readonly Activity? _activity;
    readonly int _number;
    readonly TimeSpan _pageTimeout;
    readonly bool _isServersTime;
    CallOutcome _outcome = CallOutcome.Abandoned;
    GrpcStatusCode _status = GrpcStatusCode.Cancelled;
    bool _abandoned;
    int _read;

    public OcrAttempt(OcrPool pool, EndpointLease lease, OcrJob job, int number, OcrCaller caller, TimeSpan pageTimeout,
        TimeProvider time, OcrMetrics metrics, CancellationToken cancellationToken)
    {
        (_pool, _lease, _number, _time, _metrics, _caller) = (pool, lease, number, time, metrics, cancellationToken);
        var deadline = caller.Deadline;
        // A server that answers all pages at once may take the time of all.
        var perAnswer = pool.Protocol.ServersCancel ? 1 : job.Cost;
        var page = pageTimeout * perAnswer;
        _isServersTime = page < deadline.Left;
        _pageTimeout = _isServersTime ? page : deadline.Left;
        _page = new CancellationTokenSource(_pageTimeout > TimeSpan.Zero ? _pageTimeout : TimeSpan.FromTicks(1), time);
        _both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _page.Token);
        _activity = OcrTelemetry.Source.StartActivity("ocr attempt", ActivityKind.Client, caller.Trace);
        _activity?.SetTag("server.address", lease.Endpoint.Name).SetTag("tenancy.ocr.pool", pool.Name);
        metrics.Sent(pool.Name, job.Content.Length);
        _pages = pool.Protocol.ReadAsync(lease.Endpoint, job, Options(job, number, deadline), _both.Token).GetAsyncEnumerator(CancellationToken.None);
    }

    /// <summary>Why it ended before its time; none where it did not.</summary>
    public GrpcException? Failure { get; private set; }

    /// <summary>Nobody needs it any more; that is no fault of the server's.</summary>
    public void Abandon()
    {
        _abandoned = true;
        _both.Cancel();
    }

    /// <summary>The next page, or none when the server is done or has failed.</summary>
    public async ValueTask<OcrPage?> NextAsync()
    {
        try
        {
            // Time in which the caller handles a page is not the server's.
            _page.CancelAfter(_pageTimeout);
            if (await _pages.MoveNextAsync().ConfigureAwait(false))
            {
                _page.CancelAfter(Timeout.InfiniteTimeSpan);
                _read++;
                _metrics.Read(_pool.Name);
                return _pages.Current;
            }

            (_outcome, _status) = (CallOutcome.Served, GrpcStatusCode.Ok);
            return null;
        }
        catch (OcrException e)
        {
            (_outcome, _status) = (CallOutcome.Rejected, e.Status);
            throw new OcrException(e.Status, e.Message, e)
            {
                Reason = e.Reason,
                Page = e.Page,
                Server = _lease.Endpoint.Name,
                ServerRequestId = e.ServerRequestId,
                Attempts = _number,
            };
        }
        catch (OperationCanceledException) when (!_caller.IsCancellationRequested)
        {
            return Fail(new GrpcException(GrpcStatusCode.DeadlineExceeded, $"No page within {_pageTimeout}.", GrpcFailure.Deadline));
        }
        catch (OperationCanceledException e)
        {
            throw new OperationCanceledException(e.Message, e, _caller);
        }
        catch (GrpcException e)
        {
            return Fail(e);
        }
        catch (ObjectDisposedException e)
        {
            // The server was taken out of the configuration at this moment.
            return Fail(new GrpcException(GrpcStatusCode.Unavailable, "It was removed.", GrpcFailure.NotSent, inner: e));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _pages.DisposeAsync().ConfigureAwait(false);
        _lease.End(_outcome, _read);
        _metrics.Attempted(_pool.Name, _lease.Endpoint.Name, _status, _time.GetElapsedTime(_lease.Since), _number);
        _activity?.SetTag("rpc.grpc.status_code", (int)_status);
        if (_outcome is not (CallOutcome.Served or CallOutcome.Abandoned))
            _activity?.SetStatus(ActivityStatusCode.Error, _status.ToString());
        _activity?.Dispose();
        _both.Dispose();
        _page.Dispose();
    }

    OcrPage? Fail(GrpcException failure)
    {
        Failure = failure;
        if (_abandoned)
            return null;
        (_outcome, _status) = (RetryRules.For(failure).Outcome, failure.Code);
        // A caller in a hurry must not make a server look bad to all others.
        if (_outcome == CallOutcome.Late && !_isServersTime && _time.GetElapsedTime(_lease.Since) < _lease.Endpoint.PageTime.Mean * (Slow * _lease.Charged))
            _outcome = CallOutcome.Abandoned;
        return null;
    }

    GrpcCallOptions Options(OcrJob job, int number, Deadline deadline)
    {
        var metadata = GrpcMetadata.Empty.With("x-request-id", job.RequestId);
        if (number > 1)
            metadata = metadata.With("grpc-previous-rpc-attempts", (number - 1).ToString(CultureInfo.InvariantCulture));
        if ((_activity ?? Activity.Current) is { IdFormat: ActivityIdFormat.W3C, Id: { } id })
            metadata = metadata.With("traceparent", id);
        return new GrpcCallOptions { Timeout = deadline.Left, Metadata = metadata };
    }
}
