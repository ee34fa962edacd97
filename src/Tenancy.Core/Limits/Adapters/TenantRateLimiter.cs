using System.Threading.RateLimiting;

namespace Tenancy;

/// <summary>The tenants' limits behind the framework's <see cref="PartitionedRateLimiter{TResource}"/>.</summary>
internal sealed class TenantRateLimiter<TResource>(
    TenantLimits limits, Func<TResource, Tenant?> tenantOf, string meter, RateLimiter? others) : PartitionedRateLimiter<TResource>
{
    public override RateLimiterStatistics? GetStatistics(TResource resource)
    {
        if (tenantOf(resource) is not { } tenant)
            return others?.GetStatistics();
        if (limits.CountsOf(tenant, meter) is not { } counts)
            return null;
        return LimitStatistics.Of(counts, limits.Read(tenant, meter).Min(reading => reading.Remaining));
    }

    protected override RateLimitLease AttemptAcquireCore(TResource resource, int permitCount)
    {
        if (tenantOf(resource) is not { } tenant)
            return others is null ? LimitLease.Acquired : others.AttemptAcquire(permitCount);
        return Lease(tenant, limits.TryAcquire(tenant, meter, permitCount));
    }

    protected override ValueTask<RateLimitLease> AcquireAsyncCore(
        TResource resource, int permitCount, CancellationToken cancellationToken)
    {
        if (tenantOf(resource) is not { } tenant)
            return others is null ? new(LimitLease.Acquired) : others.AcquireAsync(permitCount, cancellationToken);
        var asked = limits.AcquireAsync(tenant, meter, permitCount, cancellationToken);
        return asked.IsCompletedSuccessfully ? new(Lease(tenant, asked.Result)) : WaitAsync(tenant, asked);
    }

    async ValueTask<RateLimitLease> WaitAsync(Tenant tenant, ValueTask<LimitDecision> asked) =>
        Lease(tenant, await asked.ConfigureAwait(false));

    RateLimitLease Lease(Tenant tenant, LimitDecision decision)
    {
        var lease = LimitLease.Of(decision);
        return limits.CountsOf(tenant, meter) is { } counts ? LimitStatistics.Count(counts, lease) : lease;
    }
}
