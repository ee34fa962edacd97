using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tenancy;

/// <summary>A tier's limits as the catalog keeps them.</summary>
internal sealed record TierLimits(
    RequestLimits? Requests, QueryLimits? Queries, StorageLimits? Storage, IReadOnlyDictionary<string, QuotaLimits>? Quotas = null,
    long? MaxRequestBytes = null)
{
    public static string Write(Tier tier) => JsonSerializer.Serialize(
        new TierLimits(tier.Requests, tier.Queries, tier.Storage, tier.Quotas, tier.MaxRequestBytes), TierLimitsContext.Default.TierLimits);

    public static Tier Read(string name, TenantIsolation isolation, string json)
    {
        var limits = JsonSerializer.Deserialize(json, TierLimitsContext.Default.TierLimits)!;
        return new Tier
        {
            Name = name, Isolation = isolation, Requests = limits.Requests, Queries = limits.Queries, Storage = limits.Storage,
            Quotas = limits.Quotas, MaxRequestBytes = limits.MaxRequestBytes,
        };
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TierLimits))]
internal sealed partial class TierLimitsContext : JsonSerializerContext;
