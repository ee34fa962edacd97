using Inbox.Problems;
using Microsoft.AspNetCore.Http.HttpResults;
using Tenancy;

namespace Inbox.Usage;

/// <summary>Tells what a tenant used: to itself, and to the administration. What was used a moment ago is not written yet.</summary>
sealed class ReadUsage(IUsageHistory history, IUsageUpkeep upkeep, ITenantStorage storage, ITenantLimits limits, TimeProvider time)
{
    static readonly string[] Meters = [LimitMeters.Requests, LimitMeters.Pages];

    /// <summary>Storage is what was measured last: counting it is work that a tenant could order again and again.</summary>
    public static async Task<Results<Ok<UsageView>, ValidationProblem>> OfOwnAsync(
        [AsParameters] UsageQuery query, ReadUsage usage, ITenantContext tenants, CancellationToken stop)
    {
        var mistakes = new Mistakes();
        var (period, last) = query.Read(mistakes);
        if (mistakes.Any)
            return mistakes.ToProblem();
        var tenant = tenants.Current!;
        return TypedResults.Ok(new UsageView(
            Name(period), await usage.UsedAsync(tenant, period, last, stop), StorageView.Of(usage.StoredBy(tenant)), usage.QuotasOf(tenant)));
    }

    public static async Task<Results<Ok<UsageOutlook>, ValidationProblem, ProblemHttpResult>> OfAnyAsync(
        string slug, [AsParameters] UsageQuery query, ReadUsage usage, ITenantCatalog catalog, CancellationToken stop)
    {
        var mistakes = new Mistakes();
        var (period, last) = query.Read(mistakes);
        if (mistakes.Any)
            return mistakes.ToProblem();
        if (!(await catalog.RefreshAsync(stop)).TryFind(slug, out var tenant))
            return TypedResults.Problem("There is no such tenant.", statusCode: StatusCodes.Status404NotFound);
        return TypedResults.Ok(new UsageOutlook(
            Name(period), await usage.UsedAsync(tenant, period, last, stop), await usage.MeasureAsync(tenant, stop), usage.QuotasOf(tenant),
            await usage.ForecastsOfAsync(tenant, stop)));
    }

    async Task<IReadOnlyList<UsedView>> UsedAsync(Tenant tenant, UsagePeriod period, int last, CancellationToken stop)
    {
        var (from, to) = UsageQuery.Span(period, last, time.GetUtcNow());
        return [.. (await history.ReadAsync(tenant.Id, period, from, to, stop)).Select(UsedView.Of)];
    }

    StorageReading? StoredBy(Tenant tenant) => storage.Read(tenant.Id);

    async Task<StorageView?> MeasureAsync(Tenant tenant, CancellationToken stop) =>
        tenant.Status is TenantStatus.Active or TenantStatus.Suspended ? StorageView.Of(await storage.MeasureAsync(tenant, stop)) : null;

    IReadOnlyList<QuotaView> QuotasOf(Tenant tenant) =>
        [.. Meters.SelectMany(meter => limits.Read(tenant, meter)).Where(reading => reading.Policy.Period != LimitPeriod.Rate)
            .Select(reading => new QuotaView(reading.Policy.Name, reading.Policy.Quota, reading.Remaining))];

    async Task<IReadOnlyList<ForecastView>> ForecastsOfAsync(Tenant tenant, CancellationToken stop) =>
        [.. (await upkeep.ForecastAsync(stop)).Where(forecast => forecast.Tenant.Id == tenant.Id)
            .Select(forecast => new ForecastView(forecast.Policy, forecast.Quota, forecast.Reached))];

    static string Name(UsagePeriod period) => period == UsagePeriod.Day ? UsageQuery.Day : UsageQuery.Hour;
}
