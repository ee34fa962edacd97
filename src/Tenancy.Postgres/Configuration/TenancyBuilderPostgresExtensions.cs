using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Tenancy;

/// <summary>Keeps tenants on PostgreSQL.</summary>
public static class TenancyBuilderPostgresExtensions
{
    /// <summary>
    /// Registers <see cref="TenantDataSource"/>, the catalog and the tenants' lifecycle, configured by the part
    /// <c>Postgres</c> of the section given to <c>AddTenancy</c>.
    /// </summary>
    /// <param name="tenancy">The builder.</param>
    /// <param name="configure">Changes the options after they were read. Default: nothing.</param>
    public static TenancyBuilder UsePostgres(this TenancyBuilder tenancy, Action<PostgresOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(tenancy);
        var services = tenancy.Services;
        var options = services.AddOptions<PostgresOptions>();
        if (tenancy.Configuration?.GetSection("Postgres") is { } section)
        {
            options.Configure(read => PostgresOptionsReader.Read(section, read));
            services.AddSingleton<IHostedService>(provider => ActivatorUtilities.CreateInstance<BudgetReload>(provider, section));
        }

        if (configure is not null)
            options.Configure(configure);
        options.ValidateOnStart();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<PostgresOptions>, PostgresOptionsValidator>());

        services.TryAddSingleton<PostgresTenantCatalog>();
        services.TryAddSingleton<ITenantCatalog>(static provider => provider.GetRequiredService<PostgresTenantCatalog>());
        services.TryAddSingleton<ITenantCatalogWriter>(static provider => provider.GetRequiredService<PostgresTenantCatalog>());
        tenancy.UseLimitLedger<PostgresLimitLedger>();
        services.TryAddSingleton<UsageConnections>();
        services.TryAddSingleton<IUsageHistory, PostgresUsageHistory>();
        tenancy.UseUsageLedger<PostgresUsageLedger>();
        services.TryAddSingleton<StorageBook>();
        services.TryAddSingleton<TenantStorage>();
        services.TryAddSingleton<ITenantStorage>(static provider => provider.GetRequiredService<TenantStorage>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, StorageService>());
        services.TryAddSingleton<ITenantCleanup, TenantCleanup>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, CleanupService>());
        services.TryAddSingleton<UsageUpkeep>();
        services.TryAddSingleton<IUsageUpkeep>(static provider => provider.GetRequiredService<UsageUpkeep>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, UsageUpkeepService>());
        services.TryAddSingleton<RouterMetrics>();
        services.TryAddSingleton<IsolationStrategies>();
        services.TryAddSingleton(static provider => new TenancyDiagnostics(provider.GetRequiredService<IsolationStrategies>()));
        services.TryAddSingleton<TenantRouter>();
        services.TryAddSingleton(static provider => new TenantDataSource(
            provider.GetRequiredService<TenantRouter>(), provider.GetRequiredService<ITenantContext>()));
        services.TryAddKeyedSingleton(TenantDataSource.ReadOnlyKey, static (provider, _) => provider.GetRequiredService<TenantDataSource>().ReadOnly);
        services.TryAddSingleton<MigrationRunner>();
        services.TryAddSingleton<ITenantLifecycle, PostgresTenantLifecycle>();
        services.TryAddSingleton<DeploymentLinter>();
        services.TryAddSingleton<ITenancyLinter>(static provider => provider.GetRequiredService<DeploymentLinter>());
        services.TryAddSingleton<StartupLint>();
        services.TryAddSingleton<IPostgresInstaller, PostgresInstaller>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, PostgresStartup>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, CatalogListener>());
        return tenancy;
    }
}
