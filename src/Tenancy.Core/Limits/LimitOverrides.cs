using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;

namespace Tenancy;

/// <summary>The limits in a tenant's own settings.</summary>
internal sealed record LimitOverrides(
    RequestLimits? Requests, IReadOnlyDictionary<string, QuotaLimits>? Quotas, StorageLimits? Storage = null, QueryLimits? Queries = null)
{
    /// <summary>
    /// Reads them, if there are any. Where they cannot be read it is logged: one tenant's settings must neither stop it nor
    /// free it of its tier's limits.
    /// </summary>
    public static bool TryRead(Tenant tenant, ILogger logger, [NotNullWhen(true)] out LimitOverrides? own)
    {
        own = null;
        if (!tenant.Settings.Json.Contains(TenantSettings.LimitsKey, StringComparison.Ordinal))
            return false;
        try
        {
            return tenant.Settings.TryGet(TenantSettings.LimitsKey, LimitOverridesContext.Default.LimitOverrides, out own);
        }
        catch (JsonException e)
        {
            CoreLog.LimitsUnreadable(logger, tenant.Id, e.GetType().Name);
            return false;
        }
    }

    /// <summary>A tier's policies, and in their place those of the meters that the tenant's settings name.</summary>
    public static LimitPolicy[] Apply(Tenant tenant, LimitPolicy[] ofTier, ILogger logger)
    {
        if (!TryRead(tenant, logger, out var own))
            return ofTier;
        try
        {
            var policies = TierPolicies.Read(own.Requests, own.Quotas).ToArray();
            var named = new HashSet<string>(own.Quotas?.Keys ?? [], StringComparer.Ordinal);
            if (own.Requests is not null)
                named.Add(LimitMeters.Requests);
            return [.. ofTier.Where(policy => !named.Contains(policy.Meter)), .. policies];
        }
        catch (ArgumentException e)
        {
            CoreLog.LimitsUnreadable(logger, tenant.Id, e.GetType().Name);
            return ofTier;
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(LimitOverrides))]
internal sealed partial class LimitOverridesContext : JsonSerializerContext;
