namespace Tenancy;

/// <summary>Is told when a quota is about to be reached. Register as many as there are; one process tells them, once a day.</summary>
public interface IUsageObserver
{
    /// <summary>A quota will be reached before long, if use goes on as in the last 30 days.</summary>
    /// <param name="forecast">Which, and when.</param>
    /// <param name="cancellationToken">The process stops.</param>
    ValueTask OnForecastAsync(QuotaForecast forecast, CancellationToken cancellationToken);
}

/// <summary>A quota that will be reached.</summary>
/// <param name="Tenant">Whose.</param>
/// <param name="Policy">Its name, such as <c>storage</c>, <c>pages-month</c> or <c>requests-day</c>.</param>
/// <param name="Quota">What is allowed.</param>
/// <param name="Reached">The day on which it is reached, if use goes on so.</param>
/// <param name="Trend">The line that says so.</param>
public sealed record QuotaForecast(Tenant Tenant, string Policy, long Quota, DateOnly Reached, UsageTrend Trend);
