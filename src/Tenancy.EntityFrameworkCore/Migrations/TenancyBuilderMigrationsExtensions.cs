using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Tenancy;

/// <summary>Runs EF Core's migrations over the tenants.</summary>
public static class TenancyBuilderMigrationsExtensions
{
    /// <summary>
    /// Applies the migrations of a context, as <c>dotnet ef migrations add</c> writes them, to the shared tables and to every
    /// schema and database of a tenant's: when the host starts, and when a tenant is created. They are recorded in
    /// <c>tenancy.migrations</c>; there is no <c>__EFMigrationsHistory</c>. Files of the migrations' folder go first.
    /// </summary>
    /// <param name="tenancy">The builder, after <c>UsePostgres()</c>.</param>
    public static TenancyBuilder AddMigrationsFrom<TContext>(this TenancyBuilder tenancy) where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(tenancy);
        tenancy.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IMigrationSource, ContextMigrations<TContext>>());
        return tenancy;
    }
}
