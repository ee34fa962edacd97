using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Tenancy;

/// <summary>Registers contexts that belong to the tenant in scope when they are handed out.</summary>
public static class TenantDbContextServiceCollectionExtensions
{
    /// <summary>As in EF Core.</summary>
    const int DefaultPoolSize = 1024;

    /// <summary>Registers a context on the tenants' data, scoped.</summary>
    /// <param name="services">The host's services, with <c>AddTenancy().UsePostgres()</c> among them.</param>
    /// <param name="configure">Adds to the options after <c>UseTenancy()</c>. Default: nothing.</param>
    public static IServiceCollection AddTenantDbContext<TContext>(
        this IServiceCollection services, Action<IServiceProvider, DbContextOptionsBuilder>? configure = null) where TContext : DbContext
    {
        services.AddDbContext<TContext>(WithTenancy(configure));
        return services.Bind<TContext>(static context => context);
    }

    /// <summary>
    /// The same with contexts that are used again. One that is handed out belongs to the tenant then in scope, on a
    /// connection of its own.
    /// </summary>
    /// <param name="services">The host's services, with <c>AddTenancy().UsePostgres()</c> among them.</param>
    /// <param name="configure">Adds to the options after <c>UseTenancy()</c>. Default: nothing.</param>
    /// <param name="poolSize">How many contexts are kept. Default: 1024.</param>
    public static IServiceCollection AddTenantDbContextPool<TContext>(
        this IServiceCollection services, Action<IServiceProvider, DbContextOptionsBuilder>? configure = null,
        int poolSize = DefaultPoolSize) where TContext : DbContext
    {
        services.AddDbContextPool<TContext>(WithTenancy(configure), poolSize);
        return services.Bind<TContext>(static context => context);
    }

    /// <summary>Registers a factory, a singleton, of contexts on the tenants' data.</summary>
    /// <inheritdoc cref="AddTenantDbContext{TContext}" path="/param"/>
    public static IServiceCollection AddTenantDbContextFactory<TContext>(
        this IServiceCollection services, Action<IServiceProvider, DbContextOptionsBuilder>? configure = null) where TContext : DbContext
    {
        services.AddDbContextFactory<TContext>(WithTenancy(configure));
        return services.Bind<IDbContextFactory<TContext>>(static inner => new TenantDbContextFactory<TContext>(inner));
    }

    /// <summary>The same with contexts that are used again.</summary>
    /// <inheritdoc cref="AddTenantDbContextPool{TContext}" path="/param"/>
    public static IServiceCollection AddPooledTenantDbContextFactory<TContext>(
        this IServiceCollection services, Action<IServiceProvider, DbContextOptionsBuilder>? configure = null,
        int poolSize = DefaultPoolSize) where TContext : DbContext
    {
        services.AddPooledDbContextFactory<TContext>(WithTenancy(configure), poolSize);
        return services.Bind<IDbContextFactory<TContext>>(static inner => new TenantDbContextFactory<TContext>(inner));
    }

    /// <summary>Gives a context that was just handed out to the tenant in scope.</summary>
    internal static TContext Bound<TContext>(TContext context) where TContext : DbContext
    {
        if (((IInfrastructure<IServiceProvider>)context).GetService<IRelationalConnection>() is TenantRelationalConnection connection)
            connection.Bind();
        return context;
    }

    static Action<IServiceProvider, DbContextOptionsBuilder> WithTenancy(Action<IServiceProvider, DbContextOptionsBuilder>? configure) =>
        (provider, options) =>
        {
            options.UseTenancy();
            configure?.Invoke(provider, options);
        };

    /// <summary>Puts something of ours around a registration that was just made.</summary>
    static IServiceCollection Bind<TService>(this IServiceCollection services, Func<TService, TService> wrap) where TService : class
    {
        var made = services.Last(descriptor => descriptor.ServiceType == typeof(TService) && !descriptor.IsKeyedService);
        services.Remove(made);
        services.Add(new ServiceDescriptor(typeof(TService), provider => Finish(wrap((TService)Make(provider, made))), made.Lifetime));
        return services;

        static TService Finish(TService service)
        {
            if (service is DbContext context)
                Bound(context);
            return service;
        }
    }

    static object Make(IServiceProvider provider, ServiceDescriptor descriptor) =>
        descriptor.ImplementationFactory?.Invoke(provider)
        ?? ActivatorUtilities.CreateInstance(provider, descriptor.ImplementationType!);
}
