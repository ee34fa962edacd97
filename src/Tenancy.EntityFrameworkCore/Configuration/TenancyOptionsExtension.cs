using System.Globalization;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Internal;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Update;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure.Internal;
using Npgsql.EntityFrameworkCore.PostgreSQL.Storage.Internal;

namespace Tenancy;

/// <summary>What <c>UseTenancy()</c> adds to a context's options. The same for all tenants, so that they share EF Core's services.</summary>
internal sealed class TenancyOptionsExtension(TenantDataSource? data) : IDbContextOptionsExtension
{
    public DbContextOptionsExtensionInfo Info => field ??= new ExtensionInfo(this);

    /// <summary>The data source of a context: the one given, or else the application's.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static TenantDataSource DataSourceOf(IDbContextOptions options) =>
        options.FindExtension<TenancyOptionsExtension>()?.Data
        ?? options.FindExtension<CoreOptionsExtension>()?.ApplicationServiceProvider?.GetService<TenantDataSource>()
        ?? throw new InvalidOperationException(
            "UseTenancy() found no TenantDataSource. Register the context with AddTenantDbContext beside AddTenancy().UsePostgres(), " +
            "or give UseTenancy() a data source.");

    TenantDataSource? Data => data;

    public void ApplyServices(IServiceCollection services)
    {
        // Replaced, or there before the provider would add its own: the order of the two calls does not matter.
        services.Replace(ServiceDescriptor.Scoped<INpgsqlRelationalConnection, TenantRelationalConnection>());
        services.Replace(ServiceDescriptor.Scoped<IModificationCommandBatchFactory, TenantModificationCommandBatchFactory>());
        services.Replace(ServiceDescriptor.Singleton<IRelationalTransactionFactory, TenantTransactionFactory>());
        services.Replace(ServiceDescriptor.Singleton<IEntityFinderSource, TenantEntityFinderSource>());
        services.Replace(ServiceDescriptor.Scoped<IRelationalDatabaseCreator, TenantDatabaseCreator>());
        services.Replace(ServiceDescriptor.Scoped<IMigrator, TenantMigrator>());
        services.Replace(ServiceDescriptor.Scoped<IHistoryRepository, TenantHistoryRepository>());
    }

    /// <summary>EF Core asks only where it makes new services, so that each connection asks as well.</summary>
    public void Validate(IDbContextOptions options) => RefuseOtherConnections(options);

    /// <exception cref="InvalidOperationException">The options name a connection of their own.</exception>
    public static void RefuseOtherConnections(IDbContextOptions options)
    {
        var npgsql = options.FindExtension<NpgsqlOptionsExtension>();
        if (npgsql is null || npgsql.ConnectionString is not null || npgsql.Connection is not null || npgsql.DataSource is not null)
        {
            throw new InvalidOperationException(
                "The options name a connection beside UseTenancy(), which would bypass the tenants' scope. Call UseTenancy() alone; " +
                "what UseNpgsql() would configure goes into its argument.");
        }
    }

    sealed class ExtensionInfo(TenancyOptionsExtension extension) : DbContextOptionsExtensionInfo(extension)
    {
        public override bool IsDatabaseProvider => false;

        public override string LogFragment => "Tenancy ";

        public override int GetServiceProviderHashCode() => 0;

        public override bool ShouldUseSameServiceProvider(DbContextOptionsExtensionInfo other) => other is ExtensionInfo;

        public override void PopulateDebugInfo(IDictionary<string, string> debugInfo) =>
            debugInfo["Tenancy"] = true.ToString(CultureInfo.InvariantCulture);
    }
}
