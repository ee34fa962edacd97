using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tenancy.Transport;

namespace Tenancy;

/// <summary>Has a job done by the servers of a pool: asks one, and where that fails and may be repeated, another for what is missing.</summary>
internal sealed class OcrDispatcher(IOptions<OcrOptions> options, TimeProvider time, OcrMetrics metrics, ILogger<OcrDispatcher> logger)
{
    readonly OcrOptions _options = options.Value;
    readonly TimeProvider _time = time;
    readonly OcrMetrics _metrics = metrics;

    static readonly TimeSpan MostJitter = TimeSpan.FromMilliseconds(100);

    public async IAsyncEnumerable<OcrPage> RunAsync(
        OcrPool pool, OcrJob job, TenantId tenant, int maxConcurrent, Deadline deadline, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var asked = new List<Endpoint>();
        for (var attempt = 1; ; attempt++)
        {
            if (deadline.Left <= TimeSpan.Zero)
                throw OcrErrors.Late(deadline.Timeout, asked.LastOrDefault(), attempt - 1, null);
            var request = new PoolRequest(tenant, maxConcurrent, job.Cost, job.Content.Length, asked);
            var lease = await pool.Servers.AcquireAsync(request, deadline.Left, cancellationToken).ConfigureAwait(false);
            var before = job.Done;
            var current = new Attempt(pool, lease, job, attempt, deadline, this, cancellationToken);
            try
            {
                while (await current.NextAsync().ConfigureAwait(false) is { } page)
                    yield return page;
            }
            finally
            {
                await current.DisposeAsync().ConfigureAwait(false);
            }

            if (current.Failure is not { } failure)
            {
                pool.Servers.Retries.Succeeded();
                yield break;
            }

            asked.Add(lease.Endpoint);
            await BeforeNextAsync(pool, lease.Endpoint, failure, attempt, job.Done > before, deadline, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Waits for as long as is due before the next attempt.</summary>
    /// <exception cref="OcrException">There will be none.</exception>
    async Task BeforeNextAsync(
        OcrPool pool, Endpoint endpoint, GrpcException failure, int attempt, bool progress, Deadline deadline, CancellationToken cancellationToken)
    {
        var rules = RetryRules.For(failure);
        if (failure.Failure == GrpcFailure.Security)
            OcrLog.InsecureServer(logger, failure, endpoint.Name);
        else
            OcrLog.AttemptFailed(logger, endpoint.Name, failure.Code, failure.Detail);
        if (deadline.Left <= TimeSpan.Zero)
            throw OcrErrors.Late(deadline.Timeout, endpoint, attempt, failure);
        if (rules.Repeat && !progress)
            pool.Servers.Retries.Failed();

        // A server's own failure is tried once elsewhere: it may be the document.
        var most = failure is { Failure: GrpcFailure.Status, Code: GrpcStatusCode.Internal } ? Math.Min(2, _options.MaxAttempts) : _options.MaxAttempts;
        var elsewhere = pool.Servers.Endpoints.Count > 1 || rules.Outcome == CallOutcome.Unreachable || rules.After is not null;
        var wait = rules.After ?? MostJitter * (Random.Shared.NextDouble() * attempt);
        if (!rules.Repeat || attempt >= most || !elsewhere || !pool.Servers.Retries.MayRetry || wait >= deadline.Left)
            throw OcrErrors.From(failure, endpoint, attempt, rules.Repeat, rules.After);
        await Task.Delay(wait, _time, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>One server's turn.</summary>
    sealed class Attempt : IAsyncDisposable
    {
        readonly OcrPool _pool;
        readonly EndpointLease _lease;
        readonly OcrDispatcher _dispatcher;
        readonly CancellationToken _caller;
        readonly CancellationTokenSource _page;
        readonly CancellationTokenSource _both;
        readonly IAsyncEnumerator<OcrPage> _pages;
        readonly Activity? _activity;
        readonly int _number;
        readonly TimeSpan _pageTimeout;
        CallOutcome _outcome = CallOutcome.Abandoned;
        GrpcStatusCode _status = GrpcStatusCode.Cancelled;
        int _read;

        public Attempt(OcrPool pool, EndpointLease lease, OcrJob job, int number, Deadline deadline, OcrDispatcher dispatcher, CancellationToken caller)
        {
            (_pool, _lease, _number, _dispatcher, _caller) = (pool, lease, number, dispatcher, caller);
            // A server that answers all pages at once may take the time of all.
            var perAnswer = pool.Protocol.ServersCancel ? 1 : job.Cost;
            var page = dispatcher._options.PageTimeout * perAnswer;
            _pageTimeout = page < deadline.Left ? page : deadline.Left;
            _page = new CancellationTokenSource(_pageTimeout > TimeSpan.Zero ? _pageTimeout : TimeSpan.FromTicks(1), dispatcher._time);
            _both = CancellationTokenSource.CreateLinkedTokenSource(caller, _page.Token);
            _activity = OcrTelemetry.Source.StartActivity("ocr attempt", ActivityKind.Client);
            _activity?.SetTag("server.address", lease.Endpoint.Name).SetTag("tenancy.ocr.pool", pool.Name);
            dispatcher._metrics.Sent(pool.Name, job.Content.Length);
            _pages = pool.Protocol.ReadAsync(lease.Endpoint, job, Options(job, number, deadline), _both.Token).GetAsyncEnumerator(CancellationToken.None);
        }

        /// <summary>Why it ended before its time; none where it did not.</summary>
        public GrpcException? Failure { get; private set; }

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
                    _dispatcher._metrics.Read(_pool.Name);
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
            _dispatcher._metrics.Attempted(_pool.Name, _lease.Endpoint.Name, _status, _dispatcher._time.GetElapsedTime(_lease.Since), _number);
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
            (_outcome, _status) = (RetryRules.For(failure).Outcome, failure.Code);
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
}
