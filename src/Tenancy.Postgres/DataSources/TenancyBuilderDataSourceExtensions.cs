using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Tenancy;

/// <summary>Lets the host configure the driver below tenants' connections.</summary>
public static class TenancyBuilderDataSourceExtensions
{
    /// <summary>
    /// Configures the driver's data source: types, plugins, JSON, TLS, rotating passwords. Called for every data source, in
    /// the order of registration. What would break the isolation, such as another search path, stops the host at start.
    /// </summary>
    /// <param name="tenancy">The builder.</param>
    /// <param name="configure">Changes the builder. It is called several times, so it must not count its calls.</param>
    public static TenancyBuilder ConfigureDataSource(this TenancyBuilder tenancy, Action<NpgsqlDataSourceBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return tenancy.ConfigureDataSource((builder, _) => configure(builder));
    }

    /// <summary>Configures the driver's data source by where it leads; see the other overload.</summary>
    /// <param name="tenancy">The builder.</param>
    /// <param name="configure">Changes the builder. A password provider is for the shared login only: a tenant's own has a derived password.</param>
    public static TenancyBuilder ConfigureDataSource(
        this TenancyBuilder tenancy, Action<NpgsqlDataSourceBuilder, PostgresPool> configure)
    {
        ArgumentNullException.ThrowIfNull(tenancy);
        ArgumentNullException.ThrowIfNull(configure);
        tenancy.Services.AddOptions<PostgresOptions>().Configure(options => options.DataSourceHooks.Add(configure.Invoke));
        return tenancy;
    }
}
