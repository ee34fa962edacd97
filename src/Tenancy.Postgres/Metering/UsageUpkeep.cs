using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Tenancy;

internal sealed class UsageUpkeep(
    UsageConnections connections, IUsageHistory history, ITenantCatalog catalog, IOptions<MeteringOptions> options, TimeProvider time,
    IEnumerable<IUsageObserver> observers, ILogger<UsageUpkeep> logger) : IUsageUpkeep
{
    /// <summary>Rows in one statement, so that none lasts long.</summary>
    const int MostRows = 20_000;

    public async Task<UsageTidied> TidyAsync(bool dryRun, CancellationToken cancellationToken = default)
    {
        var (now, sum) = (time.GetUtcNow(), default(UsageTidied));
        while (true)
        {
            var done = await TidyAsync(now, dryRun, cancellationToken).ConfigureAwait(false);
            sum = new UsageTidied(sum.Minutes + done.Minutes, sum.Hours + done.Hours, sum.Days + done.Days);
            if (dryRun || Math.Max(done.Minutes, Math.Max(done.Hours, done.Days)) < MostRows)
                return sum;
        }
    }

    public async Task<IReadOnlyList<QuotaForecast>> ForecastAsync(CancellationToken cancellationToken = default)
    {
        var snapshot = catalog.Current;
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var month = new DateOnly(today.Year, today.Month, 1);
        var used = await history.SumAsync(Begin(month), Begin(today), cancellationToken).ConfigureAwait(false);
        var basis = new QuotaForecasts.Basis(
            today, options.Value.ForecastHorizon.TotalDays,
            (await history.TrendsAsync(today, cancellationToken).ConfigureAwait(false)).ToLookup(static trend => trend.Tenant),
            (await history.TrendsAsync(today.AddDays(-1), cancellationToken).ConfigureAwait(false)).ToLookup(static trend => trend.Tenant),
            used.ToDictionary(static entry => entry.Tenant, static entry => entry.Amounts));
        var policies = TierPolicies.Of(snapshot, TierPolicies.None);
        return
        [
            .. basis.Trends.Select(static trends => trends.Key)
                .Select(id => snapshot.TryFind(id, out var tenant) ? tenant : null).OfType<Tenant>()
                .SelectMany(tenant => QuotaForecasts.Of(
                    tenant, LimitOverrides.Apply(tenant, policies[tenant.Tier], logger),
                    StorageQuotas.Of(tenant, snapshot, logger)?.QuotaBytes, basis)),
        ];
    }

    /// <summary>Tells of what is found, each once a day over all processes.</summary>
    public async Task AlertAsync(CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        foreach (var forecast in await ForecastAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!await RaiseAsync(forecast, today, cancellationToken).ConfigureAwait(false))
                continue;
            Log.QuotaForecast(logger, forecast.Tenant.Id, forecast.Policy, forecast.Quota, forecast.Reached);
            foreach (var observer in observers)
            {
                try
                {
                    await observer.OnForecastAsync(forecast, cancellationToken).ConfigureAwait(false);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    Log.ObserverFailed(logger, e);
                }
            }
        }
    }

    /// <summary>Who has a quota is measured every so often; others are gone, or have none any more.</summary>
    public Task ForgetStorageAsync(CancellationToken cancellationToken) => connections.ReadAsync(
        "select tenancy_usage.forget_storage($1)", parameters => parameters.AddTyped(time.GetUtcNow().UtcDateTime.AddDays(-1)), static _ => true, cancellationToken);

    static DateTimeOffset Begin(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    Task<bool> RaiseAsync(QuotaForecast forecast, DateOnly today, CancellationToken cancellationToken) => connections.AskAsync(
        "select tenancy_usage.raise_alert($1, $2, $3)", parameters =>
        {
            parameters.AddTyped(forecast.Tenant.Id.Value);
            parameters.AddTyped(forecast.Policy);
            parameters.AddTyped(today);
        }, cancellationToken);

    async Task<UsageTidied> TidyAsync(DateTimeOffset now, bool dryRun, CancellationToken cancellationToken)
    {
        var keep = options.Value;
        var done = await connections.ReadAsync("select * from tenancy_usage.tidy($1, $2, $3, $4, $5, $6)", parameters =>
        {
            parameters.AddTyped(now.UtcDateTime);
            parameters.AddTyped(keep.KeepMinutes);
            parameters.AddTyped(keep.KeepHours);
            parameters.Add(new Npgsql.NpgsqlParameter { Value = (object?)keep.KeepDays ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Interval });
            parameters.AddTyped(dryRun ? int.MaxValue : MostRows);
            parameters.AddTyped(dryRun);
        }, static row => new UsageTidied(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)), cancellationToken).ConfigureAwait(false);
        return done[0];
    }
}
