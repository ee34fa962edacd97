using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Tenancy;

/// <summary>Counts limits for all processes together.</summary>
public static class TenancyBuilderLedgerExtensions
{
    /// <summary>
    /// Registers where limits are counted for all processes, unless one was registered before. <c>UsePostgres()</c> does
    /// this with its own.
    /// </summary>
    /// <typeparam name="TLedger">The ledger.</typeparam>
    /// <param name="tenancy">What <c>AddTenancy</c> returned.</param>
    public static TenancyBuilder UseLimitLedger<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TLedger>(
        this TenancyBuilder tenancy) where TLedger : class, ILimitLedger
    {
        ArgumentNullException.ThrowIfNull(tenancy);
        tenancy.Services.TryAddSingleton<ILimitLedger, TLedger>();
        tenancy.Services.TryAddSingleton<LeaseBook>();
        tenancy.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, LeaseService>());
        return tenancy;
    }
}
