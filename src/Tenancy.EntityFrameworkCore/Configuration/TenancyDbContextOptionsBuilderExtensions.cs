using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;

namespace Tenancy;

/// <summary>Puts a context on the data of the tenant in scope.</summary>
public static class TenancyDbContextOptionsBuilderExtensions
{
    /// <summary>
    /// Every statement of the context, whatever the tenant's isolation, goes out behind the tenant's scope. Call it instead
    /// of <c>UseNpgsql</c>.
    /// </summary>
    /// <param name="options">The builder of the context's options.</param>
    /// <param name="npgsql">Configures the PostgreSQL provider, such as a retrying strategy. Default: nothing.</param>
    /// <remarks>The <see cref="TenantDataSource"/> is the application's, as with <c>AddTenantDbContext</c>.</remarks>
    public static DbContextOptionsBuilder UseTenancy(
        this DbContextOptionsBuilder options, Action<NpgsqlDbContextOptionsBuilder>? npgsql = null) =>
        Use(options, null, npgsql);

    /// <inheritdoc cref="UseTenancy(DbContextOptionsBuilder, Action{NpgsqlDbContextOptionsBuilder}?)"/>
    /// <param name="options">The builder of the context's options.</param>
    /// <param name="data">Whose connections the context opens.</param>
    /// <param name="npgsql">Configures the PostgreSQL provider, such as a retrying strategy. Default: nothing.</param>
    public static DbContextOptionsBuilder UseTenancy(
        this DbContextOptionsBuilder options, TenantDataSource data, Action<NpgsqlDbContextOptionsBuilder>? npgsql = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Use(options, data, npgsql);
    }

    /// <inheritdoc cref="UseTenancy(DbContextOptionsBuilder, TenantDataSource, Action{NpgsqlDbContextOptionsBuilder}?)"/>
    public static DbContextOptionsBuilder<TContext> UseTenancy<TContext>(
        this DbContextOptionsBuilder<TContext> options, TenantDataSource data, Action<NpgsqlDbContextOptionsBuilder>? npgsql = null)
        where TContext : DbContext =>
        (DbContextOptionsBuilder<TContext>)UseTenancy((DbContextOptionsBuilder)options, data, npgsql);

    static DbContextOptionsBuilder Use(
        DbContextOptionsBuilder options, TenantDataSource? data, Action<NpgsqlDbContextOptionsBuilder>? npgsql)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.UseNpgsql(npgsql);
        ((IDbContextOptionsBuilderInfrastructure)options).AddOrUpdateExtension(new TenancyOptionsExtension(data));
        return options;
    }
}
