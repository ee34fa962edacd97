using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Tenancy;

/// <summary>Adds the health checks of tenancy.</summary>
public static class TenancyHealthChecksBuilderExtensions
{
    /// <summary>The age from which a catalog is too old where none is given: 1 minute.</summary>
    public static readonly TimeSpan DefaultMaxAge = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Unhealthy before the first snapshot of the catalog is there, and while the last one is older than
    /// <paramref name="maxAge"/>. Does no I/O and names no tenant.
    /// </summary>
    /// <param name="builder">The host's health checks.</param>
    /// <param name="name">The check's name. Default: <c>tenancy-catalog</c>.</param>
    /// <param name="tags">Its tags. Default: <c>ready</c>.</param>
    /// <param name="maxAge">How old the snapshot may be. Default: 1 minute. Range: above zero.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxAge"/> is not above zero.</exception>
    public static IHealthChecksBuilder AddTenancyCatalog(
        this IHealthChecksBuilder builder, string name = "tenancy-catalog", IEnumerable<string>? tags = null,
        TimeSpan? maxAge = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var limit = maxAge ?? DefaultMaxAge;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(limit, TimeSpan.Zero, nameof(maxAge));
        return builder.Add(new HealthCheckRegistration(
            name,
            services => new CatalogAgeHealthCheck(
                services.GetRequiredService<ITenantCatalog>(), services.GetRequiredService<TimeProvider>(), limit),
            failureStatus: null,
            tags ?? ["ready"]));
    }
}
