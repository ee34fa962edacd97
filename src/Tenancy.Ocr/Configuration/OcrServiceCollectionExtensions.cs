using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Tenancy;

/// <summary>Registers <see cref="IOcrClient"/>.</summary>
public static class OcrServiceCollectionExtensions
{
    /// <summary>
    /// Registers <see cref="IOcrClient"/> for the ambient tenant, configured by the part <c>Ocr</c> of the section given to
    /// <c>AddTenancy</c>.
    /// </summary>
    /// <param name="tenancy">The builder.</param>
    /// <param name="configure">Changes the options after they were read. Default: nothing.</param>
    public static TenancyBuilder UsePaddleOcr(this TenancyBuilder tenancy, Action<OcrOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(tenancy);
        tenancy.Services.AddOcr(tenancy.Configuration?.GetSection("Ocr"), configure);
        return tenancy;
    }

    /// <summary>Registers <see cref="IOcrClient"/>. Without <c>AddTenancy</c> all callers are one.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configuration">The section that names the servers, such as <c>Ocr</c>. A mistake in it stops the host at start.</param>
    /// <param name="configure">Changes the options after they were read. Default: nothing.</param>
    public static IServiceCollection AddPaddleOcr(this IServiceCollection services, IConfigurationSection configuration, Action<OcrOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return services.AddOcr(configuration, configure);
    }

    /// <summary>Registers <see cref="IOcrClient"/>. Without <c>AddTenancy</c> all callers are one.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Names the servers.</param>
    public static IServiceCollection AddPaddleOcr(this IServiceCollection services, Action<OcrOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return services.AddOcr(null, configure);
    }

    static IServiceCollection AddOcr(this IServiceCollection services, IConfigurationSection? section, Action<OcrOptions>? configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = services.AddOptions<OcrOptions>();
        if (section is not null)
            options.Configure(read => OcrOptionsReader.Read(section, read));
        if (configure is not null)
            options.Configure(configure);
        options.ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<OcrOptions>, OcrOptionsValidator>());
        services.TryAddSingleton<OcrMetrics>();
        services.TryAddSingleton<OcrPools>();
        services.TryAddSingleton<OcrDispatcher>();
        services.TryAddSingleton(static provider => new OcrDiagnostics(provider.GetRequiredService<OcrPools>()));
        services.TryAddSingleton(static provider => new TenantLimiter(
            provider.GetRequiredService<IOptions<OcrOptions>>().Value, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<OcrMetrics>()));
        services.TryAddSingleton(static provider => provider.GetRequiredService<IOptions<OcrOptions>>().Value.Quota is { } quota
            ? new PageQuota(quota, provider.GetRequiredService<ITenantLimits>(), provider.GetRequiredService<ITenantMeter>())
            : new PageQuota(null, null, null));
        services.TryAddSingleton<IOcrClient>(static provider => new OcrClient(
            provider.GetRequiredService<IOptions<OcrOptions>>(), provider.GetRequiredService<OcrPools>(), provider.GetRequiredService<OcrDispatcher>(),
            provider.GetRequiredService<TenantLimiter>(), provider.GetRequiredService<PageQuota>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetService<ITenantContext>(), provider.GetService<IPdfSplitter>()));
        return services;
    }
}
