namespace Tenancy;

/// <summary>
/// Counts what tenants use. A number in memory is added to, without a lock and without allocating; every
/// <see cref="MeteringOptions.FlushInterval"/> what was counted is written, in one statement for all tenants.
/// </summary>
public interface ITenantMeter
{
    /// <summary>Adds to what a tenant used.</summary>
    /// <param name="tenant">Who used it.</param>
    /// <param name="metric">What. Range: any but <see cref="UsageMetric.Storage"/>.</param>
    /// <param name="amount">How much; below zero takes back. Times are in microseconds. Default: 1. Range: 10^15 either way.</param>
    /// <exception cref="ArgumentOutOfRangeException">The metric is measured, or there is no such; or it is more than anybody uses.</exception>
    void Count(Tenant tenant, UsageMetric metric, long amount = 1);
}
