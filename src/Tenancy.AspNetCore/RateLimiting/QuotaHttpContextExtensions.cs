using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Tenancy;

/// <summary>Sets right what a request was charged.</summary>
public static class QuotaHttpContextExtensions
{
    static readonly object Key = new();

    /// <summary>
    /// Says what a request really cost: what <c>RequireQuota</c> counted too much is given back, what it counted too little
    /// is charged, also beyond the limit. Said again, the last one counts.
    /// </summary>
    /// <param name="context">A request of a tenant.</param>
    /// <param name="meter">What is counted.</param>
    /// <param name="cost">What it cost. Range: 0 and more.</param>
    /// <exception cref="NoTenantException">The request has no tenant.</exception>
    public static void SettleQuota(this HttpContext context, string meter, long cost)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentException.ThrowIfNullOrEmpty(meter);
        ArgumentOutOfRangeException.ThrowIfNegative(cost);
        var tenant = context.Features.Get<ITenantFeature>()?.Tenant ?? throw new NoTenantException();
        var limits = context.RequestServices.GetRequiredService<ITenantLimits>();
        var charged = context.Charged();
        var already = charged.GetValueOrDefault(meter);
        charged[meter] = cost;
        if (cost > already)
            limits.Charge(tenant, meter, cost - already);
        else if (cost < already)
            limits.Refund(tenant, meter, already - cost);
    }

    /// <summary>What the request was charged so far, by meter, if anything.</summary>
    internal static Dictionary<string, long>? ChargedSoFar(this HttpContext context) =>
        context.Items.TryGetValue(Key, out var known) ? (Dictionary<string, long>)known! : null;

    /// <summary>What the request was charged so far, by meter.</summary>
    internal static Dictionary<string, long> Charged(this HttpContext context)
    {
        if (context.ChargedSoFar() is { } known)
            return known;
        var charged = new Dictionary<string, long>(StringComparer.Ordinal);
        context.Items[Key] = charged;
        return charged;
    }
}
