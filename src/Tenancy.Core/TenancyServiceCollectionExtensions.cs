using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Tenancy;

/// <summary>Registers tenancy in a host.</summary>
public static class TenancyServiceCollectionExtensions
{
    /// <summary>Registers the ambient tenant, work outside requests, and the tiers that a configuration section names.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configuration">The section, usually <c>Tenancy</c>. A mistake in it stops the host at start.</param>
    /// <returns>A builder on which the other packages register themselves.</returns>
    public static TenancyBuilder AddTenancy(this IServiceCollection services, IConfigurationSection configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return services.AddTenancy(configuration, options => TenancyOptionsReader.Read(configuration, options));
    }

    /// <summary>Registers the ambient tenant, work outside requests, and the tiers that code names.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Sets the options. Default: no tiers.</param>
    /// <returns>A builder on which the other packages register themselves.</returns>
    public static TenancyBuilder AddTenancy(
        this IServiceCollection services, Action<TenancyOptions>? configure = null) =>
        services.AddTenancy(null, configure ?? (static _ => { }));

    static TenancyBuilder AddTenancy(
        this IServiceCollection services, IConfigurationSection? configuration, Action<TenancyOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ITenantContext>(static services => new TenantContext(services));
        services.TryAddSingleton<ITenantDomains, SettingsTenantDomains>();
        services.TryAddSingleton<TenantRunner>();
        // Not by its constructor: who keeps tenants without a catalog has no limits either.
        services.TryAddSingleton<ITenantLimits>(static services => new TenantLimits(
            services.GetRequiredService<ITenantCatalog>(), services.GetRequiredService<TimeProvider>(),
            services.GetService<ILogger<TenantLimits>>() ?? NullLogger<TenantLimits>.Instance,
            services.GetRequiredService<IOptions<LimitOptions>>().Value.Mode == LimitMode.Local ? null : services.GetService<LeaseBook>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<LimitOptions>, LimitOptionsValidator>());
        var limits = services.AddOptions<LimitOptions>();
        if (configuration?.GetSection("Limits") is { } section)
            limits.Configure(options => LimitOptionsReader.Read(section, options));
        limits.ValidateOnStart();
        services.TryAddSingleton<UsageBook>();
        services.TryAddSingleton<ITenantMeter>(static services => services.GetRequiredService<UsageBook>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MeteringOptions>, MeteringOptionsValidator>());
        var metering = services.AddOptions<MeteringOptions>();
        if (configuration?.GetSection("Metering") is { } meteringSection)
            metering.Configure(options => MeteringOptionsReader.Read(meteringSection, options));
        metering.ValidateOnStart();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<TenancyOptions>, TenancyOptionsValidator>());
        services.AddOptions<TenancyOptions>().Configure(configure).ValidateOnStart();
        return new TenancyBuilder(services, configuration);
    }
}
