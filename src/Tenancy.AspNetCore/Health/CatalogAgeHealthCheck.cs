using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Tenancy;

/// <summary>Compares the age of the catalog's snapshot with what is allowed.</summary>
internal sealed class CatalogAgeHealthCheck(ITenantCatalog catalog, TimeProvider time, TimeSpan maxAge) : IHealthCheck
{
    const string Remedy = "Check that the catalog's database can be reached from here.";

    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Task.FromResult(Check(context.Registration.FailureStatus));
    }

    HealthCheckResult Check(HealthStatus failure)
    {
        var asOf = catalog.Current.AsOf;
        if (asOf == DateTimeOffset.MinValue)
            return new HealthCheckResult(failure, $"The tenant catalog has not been read yet. {Remedy}");
        var age = time.GetUtcNow() - asOf;
        return age <= maxAge
            ? HealthCheckResult.Healthy($"The tenant catalog was read {Seconds(age)} s ago.")
            : new HealthCheckResult(
                failure,
                $"The tenant catalog was last read {Seconds(age)} s ago; {Seconds(maxAge)} s are allowed. {Remedy}");
    }

    static string Seconds(TimeSpan span) =>
        Math.Max(0, span.TotalSeconds).ToString("0.#", CultureInfo.InvariantCulture);
}
