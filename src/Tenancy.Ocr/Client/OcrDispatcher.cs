using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tenancy.Transport;

namespace Tenancy;

/// <summary>Has a job done by the servers of a pool: asks one, and where that fails and may be repeated, another for what is missing.</summary>
internal sealed class OcrDispatcher(IOptions<OcrOptions> options, TimeProvider time, OcrMetrics metrics, ILogger<OcrDispatcher> logger)
{
    static readonly TimeSpan MostJitter = TimeSpan.FromMilliseconds(100);

    readonly OcrOptions _options = options.Value;
    readonly TimeProvider _time = time;
    readonly OcrMetrics _metrics = metrics;

    public async IAsyncEnumerable<OcrPage> RunAsync(
        OcrPool pool, OcrJob job, OcrCaller caller, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var deadline = caller.Deadline;
        var asked = new List<OcrEndpoint>();
        var begun = false;
        for (var attempt = 1; ; attempt++)
        {
            if (deadline.Left <= TimeSpan.Zero)
                throw OcrErrors.Late(deadline.Timeout, asked.LastOrDefault(), attempt - 1, begun, null);
            var request = new PoolRequest(caller.Tenant, caller.MaxConcurrent, job.Cost, job.Content.Length, asked, begun);
            var lease = await pool.Servers.AcquireAsync(request, deadline.Left, cancellationToken).ConfigureAwait(false);
            var before = job.Done;
            var current = Begin(pool, lease, job, attempt, caller, cancellationToken);
            asked.Add(lease.Endpoint);
            GrpcException? failure;
            if (MayHedge(pool, job))
            {
                (var page, failure) = await Hedge.RunAsync(current, Second, _options.HedgeAfter!.Value, _time, cancellationToken).ConfigureAwait(false);
                if (page is not null)
                    yield return page;
            }
            else
            {
                try
                {
                    while (await current.NextAsync().ConfigureAwait(false) is { } page)
                        yield return page;
                    failure = current.Failure;
                }
                finally
                {
                    await current.DisposeAsync().ConfigureAwait(false);
                }
            }

            if (failure is null)
            {
                pool.Servers.Retries.Succeeded();
                yield break;
            }

            // Of two that were asked at once, only one tells how it ended.
            begun |= asked.Count > attempt || RetryRules.For(failure).Outcome != CallOutcome.Unreachable;
            await BeforeNextAsync(pool, asked[^1], failure, attempt, begun, job.Done > before, deadline, cancellationToken).ConfigureAwait(false);

            OcrAttempt? Second()
            {
                if (!pool.Hedges.TryTake() || pool.Servers.TryAcquire(request) is not { } other)
                    return null;
                asked.Add(other.Endpoint);
                return Begin(pool, other, job.Copy(), attempt + 1, caller, cancellationToken);
            }
        }
    }

    /// <summary>Only small work that a server can be told to stop is done twice.</summary>
    bool MayHedge(OcrPool pool, OcrJob job)
    {
        if (_options.HedgeAfter is null || !pool.Protocol.ServersCancel || job.Facts is not { IsPdf: false, Pages: 1 })
            return false;
        pool.Hedges.Count();
        return true;
    }

    OcrAttempt Begin(OcrPool pool, EndpointLease lease, OcrJob job, int number, OcrCaller caller, CancellationToken cancellationToken) =>
        new(pool, lease, job, number, caller, _options.PageTimeout, _time, _metrics, cancellationToken);

    /// <summary>Waits for as long as is due before the next attempt.</summary>
    /// <exception cref="OcrException">There will be none.</exception>
    async Task BeforeNextAsync(
        OcrPool pool, OcrEndpoint endpoint, GrpcException failure, int attempt, bool begun, bool progress, Deadline deadline, CancellationToken cancellationToken)
    {
        var rules = RetryRules.For(failure);
        if (failure.Failure == GrpcFailure.Security)
            OcrLog.InsecureServer(logger, failure, endpoint.Name);
        else
            OcrLog.AttemptFailed(logger, endpoint.Name, failure.Code, failure.Detail);
        if (rules.Outcome is CallOutcome.Unreachable or CallOutcome.Failed)
            pool.LookUp();
        if (deadline.Left <= TimeSpan.Zero)
            throw OcrErrors.Late(deadline.Timeout, endpoint, attempt, begun, failure);
        if (rules.Repeat && !progress)
            pool.Servers.Retries.Failed();

        // A server's own failure is tried once elsewhere: it may be the document.
        var most = failure is { Failure: GrpcFailure.Status, Code: GrpcStatusCode.Internal } ? Math.Min(2, _options.MaxAttempts) : _options.MaxAttempts;
        var elsewhere = pool.Servers.Endpoints.Count > 1 || rules.Outcome == CallOutcome.Unreachable || rules.After is not null;
        var wait = rules.After ?? MostJitter * (Random.Shared.NextDouble() * attempt);
        if (!rules.Repeat || attempt >= most || !elsewhere || !pool.Servers.Retries.MayRetry || wait >= deadline.Left)
            throw OcrErrors.From(failure, endpoint, attempt, begun, rules.Repeat, rules.After);
        await Task.Delay(wait, _time, cancellationToken).ConfigureAwait(false);
    }
}
