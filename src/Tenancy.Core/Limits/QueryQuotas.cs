using Microsoft.Extensions.Logging;

namespace Tenancy;

/// <summary>What a tenant's queries may use: what its tier says, and in place of that what its own settings name.</summary>
internal static class QueryQuotas
{
    static readonly QueryValidator Validator = new();

    /// <summary>The limits of a tenant; the tier's very object where the tenant has none of its own.</summary>
    public static QueryLimits? Of(Tenant tenant, QueryLimits? ofTier, ILogger logger)
    {
        if (!LimitOverrides.TryRead(tenant, logger, out var own) || own.Queries is null)
            return ofTier;
        if (Validator.Validate(TenantSettings.LimitsKey, own.Queries).Succeeded)
            return Merge(own.Queries, ofTier ?? new QueryLimits());
        CoreLog.LimitsUnreadable(logger, tenant.Id, "out of range");
        return ofTier;
    }

    static QueryLimits Merge(QueryLimits own, QueryLimits ofTier) => new()
    {
        MaxConcurrent = own.MaxConcurrent ?? ofTier.MaxConcurrent,
        MaxConcurrentOverall = own.MaxConcurrentOverall ?? ofTier.MaxConcurrentOverall,
        Weight = own.Weight ?? ofTier.Weight,
        Timeout = own.Timeout ?? ofTier.Timeout,
        IdleInTransaction = own.IdleInTransaction ?? ofTier.IdleInTransaction,
        WorkMemoryBytes = own.WorkMemoryBytes ?? ofTier.WorkMemoryBytes,
        MaxTemporaryBytes = own.MaxTemporaryBytes ?? ofTier.MaxTemporaryBytes,
        MaxResultBytes = own.MaxResultBytes ?? ofTier.MaxResultBytes,
    };
}
