using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Tenancy;

/// <summary>Says of endpoints and groups what they cost.</summary>
public static class QuotaEndpointExtensions
{
    /// <summary>Serves the endpoints only where the tenant has as much of a quota left, and counts it.</summary>
    /// <param name="builder">Endpoints that require a tenant.</param>
    /// <param name="meter">What is counted, such as <c>pages</c>.</param>
    /// <param name="cost">
    /// What a request costs; an estimate where it is known only afterwards, which
    /// <see cref="QuotaHttpContextExtensions.SettleQuota"/> sets right. Default: 1.
    /// </param>
    public static TBuilder RequireQuota<TBuilder>(this TBuilder builder, string meter, long cost = 1)
        where TBuilder : IEndpointConventionBuilder => builder.Add(new RequireQuotaAttribute(meter, cost));

    /// <summary>The same for a cost that the request tells.</summary>
    /// <param name="builder">Endpoints that require a tenant.</param>
    /// <param name="meter">What is counted, such as <c>bytes</c>.</param>
    /// <param name="cost">The cost, such as <c>context => context.Request.ContentLength ?? 0</c>. Below zero counts as zero.</param>
    public static TBuilder RequireQuota<TBuilder>(this TBuilder builder, string meter, Func<HttpContext, long> cost)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(cost);
        return builder.Add(new CostFunction(meter, cost));
    }

    /// <summary>Does not count the endpoints among the tenant's requests.</summary>
    public static TBuilder WithoutRequestLimit<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.Add(WithoutRequestLimitAttribute.Instance);

    static TBuilder Add<TBuilder>(this TBuilder builder, object metadata) where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Add(endpoint => endpoint.Metadata.Add(metadata));
        return builder;
    }

    sealed class CostFunction(string meter, Func<HttpContext, long> cost) : IQuotaMetadata
    {
        public string Meter => meter;

        public long CostOf(HttpContext context) => Math.Max(0, cost(context));
    }
}
