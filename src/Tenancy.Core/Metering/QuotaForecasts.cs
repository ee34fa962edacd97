namespace Tenancy;

/// <summary>Finds the quotas of a tenant that its trends will reach.</summary>
internal static class QuotaForecasts
{
    public const string StoragePolicy = "storage";

    /// <summary>The trends of two days, and what was used so far in this month.</summary>
    /// <param name="Today">The day.</param>
    /// <param name="Horizon">How many days ahead are looked at.</param>
    /// <param name="Trends">The lines that lead up to the day.</param>
    /// <param name="Before">The lines that led up to the day before. A step would bend one line, and seldom two.</param>
    /// <param name="InMonth">What was used since the month began, up to the day.</param>
    public sealed record Basis(
        DateOnly Today, double Horizon, ILookup<TenantId, UsageTrend> Trends, ILookup<TenantId, UsageTrend> Before,
        IReadOnlyDictionary<TenantId, UsageAmounts> InMonth);

    /// <summary>The quotas that are reached within the horizon, and were not before.</summary>
    public static IEnumerable<QuotaForecast> Of(Tenant tenant, IEnumerable<LimitPolicy> policies, long? storage, Basis basis)
    {
        if (storage is { } bytes && Find(basis.Trends, tenant.Id, UsageMetric.Storage) is { } stored
            && WillReach(bytes, stored, basis) is { } full)
            yield return new QuotaForecast(tenant, StoragePolicy, bytes, full, stored);
        foreach (var policy in policies)
        {
            if (policy.Period == LimitPeriod.Rate || MetricOf(policy.Meter) is not { } metric
                || Find(basis.Trends, tenant.Id, metric) is not { } trend)
                continue;
            var reached = policy.Period == LimitPeriod.Day
                ? WillReach(policy.Quota, trend, basis)
                : WillReachInMonth(policy.Quota, trend, basis.InMonth.TryGetValue(tenant.Id, out var used) ? used[metric] : 0, basis);
            if (reached is { } day)
                yield return new QuotaForecast(tenant, policy.Name, policy.Quota, day, trend);
        }
    }

    /// <summary>What is counted of a meter's use; nothing of those that only the application knows.</summary>
    static UsageMetric? MetricOf(string meter) => meter switch
    {
        LimitMeters.Requests => UsageMetric.Requests,
        LimitMeters.Pages => UsageMetric.Pages,
        _ => null,
    };

    static DateOnly? WillReach(long quota, UsageTrend trend, Basis basis)
    {
        if (trend.DaysUntil(quota) is not (> 0 and var days) || days > basis.Horizon)
            return null;
        // Also by the line of the day before, a day longer ahead.
        return Find(basis.Before, trend.Tenant, trend.Metric) is { } before && before.DaysUntil(quota) <= basis.Horizon + 1
            ? basis.Today.AddDays((int)Math.Ceiling(days))
            : null;
    }

    static DateOnly? WillReachInMonth(long quota, UsageTrend trend, double used, Basis basis)
    {
        if (used >= quota)
            return null;
        for (var day = 0; day <= basis.Horizon && basis.Today.AddDays(day).Month == basis.Today.Month; day++)
        {
            used += Math.Max(0, trend.At(day));
            if (used >= quota)
                return basis.Today.AddDays(day);
        }

        return null;
    }

    static UsageTrend? Find(ILookup<TenantId, UsageTrend> trends, TenantId tenant, UsageMetric metric)
    {
        foreach (var trend in trends[tenant])
        {
            if (trend.Metric == metric)
                return trend;
        }

        return null;
    }
}
