using Microsoft.AspNetCore.Http;

namespace Tenancy;

/// <summary>The endpoint costs something of a quota of the tenant's tier; without it the request is refused.</summary>
/// <param name="meter">What is counted: the name of a quota of the tier, or of one that no tier limits yet.</param>
/// <param name="cost">What a request costs. Range: 0 and more. Default: 1.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
public sealed class RequireQuotaAttribute(string meter, long cost = 1) : Attribute, IQuotaMetadata
{
    /// <inheritdoc/>
    public string Meter { get; } = meter;

    /// <summary>What a request costs.</summary>
    public long Cost { get; } = cost >= 0 ? cost : throw new ArgumentOutOfRangeException(nameof(cost), cost, "A cost is not below zero.");

    /// <inheritdoc/>
    public long CostOf(HttpContext context) => Cost;

    /// <inheritdoc/>
    public override string ToString() => $"RequireQuota({Meter}, {Cost})";
}
