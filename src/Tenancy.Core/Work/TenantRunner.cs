using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Tenancy;

/// <summary>Runs work for tenants outside requests: each in its own scope, with its id on logs and activities.</summary>
internal sealed class TenantRunner(
    IServiceScopeFactory services, ITenantContext tenants, TimeProvider time, ITenantCatalog? catalog = null,
    ILogger<TenantRunner>? logger = null)
{
    ITenantCatalog Catalog => catalog ?? throw new InvalidOperationException(
        "There is no tenant catalog to take tenants from. Call services.AddTenancy(...).UsePostgres(), or register an " +
        "ITenantCatalog of your own.");

    public async Task<TenantRunReport> ForEachAsync(
        Func<Tenant, bool> which, Func<Tenant, IServiceProvider, CancellationToken, Task> work, TenantRunOptions options,
        CancellationToken stop)
    {
        options.Check();
        // Neither the selection nor what comes between two tenants may work on the caller's tenant by accident.
        using var detached = tenants.Detach();
        var order = options.Order ?? (static (one, other) => one.Id.Value.CompareTo(other.Id.Value));
        var chosen = Catalog.Current.Tenants.Where(which).ToList();
        chosen.Sort(order);
        var (done, skipped, failed) = (new ConcurrentQueue<TenantId>(), new ConcurrentQueue<TenantId>(), new ConcurrentQueue<TenantFailure>());
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.MaxConcurrency, CancellationToken = stop };
        await Parallel.ForEachAsync(chosen, parallel, async (listed, _) =>
        {
            var tenant = listed;
            try
            {
                if (!Catalog.Current.TryFind(listed.Id, out var current) || !which(current))
                {
                    skipped.Enqueue(listed.Id);
                    return;
                }

                tenant = current;
                // The loop's own token would be cancelled by one tenant's failure; here none is any other's business.
                await RunAsync(tenant, work, options.TimeoutPerTenant, stop).ConfigureAwait(false);
                done.Enqueue(tenant.Id);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                throw;
            }
            catch (Exception e)
            {
                failed.Enqueue(new TenantFailure(tenant, e));
            }
        }).ConfigureAwait(false);
        stop.ThrowIfCancellationRequested();
        var report = new TenantRunReport([.. done], [.. skipped], [.. failed]);
        return report.Failures.Count == 0 ? report : throw new TenantRunException(report);
    }

    /// <summary>Runs one piece of work that knows its tenant by id only.</summary>
    public async Task RunAsync(
        TenantId id, Func<Tenant, IServiceProvider, CancellationToken, Task> work, CancellationToken stop)
    {
        if (id.Value == Guid.Empty)
            throw new ArgumentException("The work names no tenant. Make it with tenants.Pack(item).", nameof(id));
        // A queue may be faster than the catalog's news: what is unknown is looked for once more.
        if (!Catalog.Current.TryFind(id, out var tenant)
            && !(await Catalog.RefreshAsync(stop).ConfigureAwait(false)).TryFind(id, out tenant))
            throw new TenantUnavailableException(id);
        if (tenant.Status != TenantStatus.Active)
            throw new TenantUnavailableException(tenant, tenant.Status);
        await RunAsync(tenant, work, timeout: null, stop).ConfigureAwait(false);
    }

    async Task RunAsync(
        Tenant tenant, Func<Tenant, IServiceProvider, CancellationToken, Task> work, TimeSpan? timeout,
        CancellationToken stop)
    {
        var tag = TenantTag.Of(tenant);
        using var activity = TenancyTelemetry.Source.StartActivity("tenancy.work");
        activity?.SetTag(TenancyTelemetry.TenantIdKey, tag.Id);
        using var logged = logger?.BeginScope(tag);
        using var entered = tenants.Enter(tenant);
        using var clock = timeout is { } limit ? new CancellationTokenSource(limit, time) : null;
        using var either = clock is null ? null : CancellationTokenSource.CreateLinkedTokenSource(stop, clock.Token);
        try
        {
            var scope = services.CreateAsyncScope();
            await using (scope.ConfigureAwait(false))
                await work(tenant, scope.ServiceProvider, either?.Token ?? stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (clock is { IsCancellationRequested: true } && !stop.IsCancellationRequested)
        {
            throw Failed(new TimeoutException($"The tenant's work took longer than {timeout}. Give TimeoutPerTenant more, or the work less.", e));
        }
        catch (Exception e) when (e is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            Failed(e);
            throw;
        }

        Exception Failed(Exception e)
        {
            activity?.SetStatus(ActivityStatusCode.Error);
            activity?.SetTag("error.type", e.GetType().FullName);
            if (logger is not null)
                CoreLog.WorkFailed(logger, e);
            return e;
        }
    }
}
