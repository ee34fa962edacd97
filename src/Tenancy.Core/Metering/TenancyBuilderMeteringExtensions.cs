using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Tenancy;

/// <summary>Writes what tenants use.</summary>
public static class TenancyBuilderMeteringExtensions
{
    /// <summary>Registers where usage is written, unless it was registered before. <c>UsePostgres()</c> does this with its own.</summary>
    /// <typeparam name="TLedger">The ledger.</typeparam>
    /// <param name="tenancy">What <c>AddTenancy</c> returned.</param>
    public static TenancyBuilder UseUsageLedger<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TLedger>(
        this TenancyBuilder tenancy) where TLedger : class, IUsageLedger
    {
        ArgumentNullException.ThrowIfNull(tenancy);
        tenancy.Services.TryAddSingleton<IUsageLedger, TLedger>();
        tenancy.Services.TryAddSingleton<UsageFlush>();
        tenancy.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, MeteringService>());
        return tenancy;
    }
}
