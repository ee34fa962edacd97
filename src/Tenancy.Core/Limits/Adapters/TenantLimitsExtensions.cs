using System.Threading.RateLimiting;

namespace Tenancy;

/// <summary>The tenants' limits for what takes the framework's limiters, such as ASP.NET Core's middleware, YARP and Polly.</summary>
public static class TenantLimitsExtensions
{
    /// <summary>Makes the framework's limiter over the tenants' limits. It keeps nothing itself, and needs no disposing.</summary>
    /// <typeparam name="TResource">What is limited, such as <c>HttpContext</c>.</typeparam>
    /// <param name="limits">The tenants' limits.</param>
    /// <param name="tenantOf">Whose it is; <see langword="null"/> for what is no tenant's.</param>
    /// <param name="meter">What is counted. Default: requests.</param>
    /// <param name="others">
    /// Limits all that is no tenant's, together: state that does not grow with the names callers invent. Default: none,
    /// no limit.
    /// </param>
    /// <remarks>
    /// Permits are the cost. A refused lease says <c>RetryAfter</c>, the least time that is enough, except where the cost
    /// is above what is ever allowed at once. Statistics are per tenant; no limit, no statistics.
    /// </remarks>
    /// <exception cref="ArgumentException"><paramref name="limits"/> is not the library's own.</exception>
    public static PartitionedRateLimiter<TResource> AsPartitionedRateLimiter<TResource>(
        this ITenantLimits limits, Func<TResource, Tenant?> tenantOf, string meter = LimitMeters.Requests, RateLimiter? others = null)
    {
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(tenantOf);
        ArgumentException.ThrowIfNullOrEmpty(meter);
        return limits is TenantLimits own
            ? new TenantRateLimiter<TResource>(own, tenantOf, meter, others)
            : throw new ArgumentException("These are not the limits that AddTenancy registered. Take ITenantLimits from the services.", nameof(limits));
    }
}
