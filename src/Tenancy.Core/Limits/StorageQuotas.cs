using Microsoft.Extensions.Logging;

namespace Tenancy;

/// <summary>What a tenant may store: what its own settings say, or else its tier.</summary>
internal static class StorageQuotas
{
    static readonly StorageValidator Validator = new();

    /// <summary>The limits by a snapshot; none where there are none.</summary>
    public static StorageLimits? Of(Tenant tenant, TenantCatalogSnapshot snapshot, ILogger logger)
    {
        var ofTier = snapshot.Tiers.TryGetValue(tenant.Tier, out var tier) ? tier.Storage : null;
        if (!LimitOverrides.TryRead(tenant, logger, out var own) || own.Storage is null)
            return ofTier;
        if (Validator.Validate(TenantSettings.LimitsKey, own.Storage).Succeeded)
            return own.Storage;
        CoreLog.LimitsUnreadable(logger, tenant.Id, "out of range");
        return ofTier;
    }
}
