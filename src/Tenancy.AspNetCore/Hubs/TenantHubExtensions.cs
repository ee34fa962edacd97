using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Tenancy;

/// <summary>
/// Adds the filter to all hubs there will be. Not left to the host: a hub without it would run for suspended tenants, and
/// options that nobody reads cost nothing.
/// </summary>
internal static class TenantHubExtensions
{
    public static void PinTenantsToHubs(this IServiceCollection services)
    {
        services.TryAddSingleton<TenantHubFilter>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<HubOptions>, AddTenantHubFilter>());
    }

    sealed class AddTenantHubFilter : IConfigureOptions<HubOptions>
    {
        public void Configure(HubOptions options) => options.AddFilter<TenantHubFilter>();
    }
}
