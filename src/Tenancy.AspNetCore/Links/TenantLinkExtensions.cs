using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Tenancy;

/// <summary>Puts our link generator around the framework's.</summary>
internal static class TenantLinkExtensions
{
    public static void KeepTenantInLinks(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(Done)))
            return;
        services.AddSingleton<Done>();
        services.AddRouting();
        var at = services.Count - 1;
        while (services[at].ServiceType != typeof(LinkGenerator))
            at--;
        var inner = services[at];
        services[at] = ServiceDescriptor.Singleton<LinkGenerator>(provider => new TenantLinkGenerator(
            Make(inner, provider), provider.GetRequiredService<TenantSourceSet>(), provider.GetRequiredService<ITenantContext>(), provider));
    }

    static LinkGenerator Make(ServiceDescriptor inner, IServiceProvider provider) => (LinkGenerator)(
        inner.ImplementationInstance ?? inner.ImplementationFactory?.Invoke(provider)
        ?? ActivatorUtilities.CreateInstance(provider, inner.ImplementationType!));

    sealed class Done;
}
