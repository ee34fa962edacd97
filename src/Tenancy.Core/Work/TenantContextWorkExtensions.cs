using Microsoft.Extensions.DependencyInjection;

namespace Tenancy;

/// <summary>Work for tenants outside requests: for many, for one known by its id, or for none.</summary>
public static class TenantContextWorkExtensions
{
    /// <summary>Runs work for each tenant that the catalog has and the predicate selects.</summary>
    /// <param name="tenants">The ambient tenant, as <c>AddTenancy</c> registered it.</param>
    /// <param name="which">Selects tenants, such as <see cref="TenantSelection.Active"/>; asked again when a tenant's turn comes.</param>
    /// <param name="work">Runs inside the tenant's scope. Its token is cancelled by <paramref name="cancellationToken"/>, or by the tenant's timeout.</param>
    /// <param name="options">How many at a time, how long, in which order. Default: 4, for as long as it takes, the oldest first.</param>
    /// <param name="cancellationToken">Stops the run: no further tenant is begun.</param>
    /// <returns>Which tenants were done and which skipped.</returns>
    /// <exception cref="TenantRunException">The work of some tenants failed; that of all others was done.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped. Failures until then are in the log.</exception>
    /// <remarks>
    /// A tenant's failure is its own: the others run on. It is logged inside its tenant's scope. Each tenant's work also has
    /// a scope of services of its own, see the other overload.
    /// </remarks>
    public static Task<TenantRunReport> ForEachAsync(
        this ITenantContext tenants, Func<Tenant, bool> which, Func<Tenant, CancellationToken, Task> work,
        TenantRunOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        return tenants.ForEachAsync(which, (tenant, _, stop) => work(tenant, stop), options, cancellationToken);
    }

    /// <inheritdoc cref="ForEachAsync(ITenantContext, Func{Tenant, bool}, Func{Tenant, CancellationToken, Task}, TenantRunOptions?, CancellationToken)"/>
    /// <remarks>The work gets the services of its own scope, so that scoped ones serve one tenant only.</remarks>
    public static Task<TenantRunReport> ForEachAsync(
        this ITenantContext tenants, Func<Tenant, bool> which,
        Func<Tenant, IServiceProvider, CancellationToken, Task> work, TenantRunOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(which);
        ArgumentNullException.ThrowIfNull(work);
        return Runner(tenants).ForEachAsync(which, work, options ?? new TenantRunOptions(), cancellationToken);
    }

    /// <summary>Puts an item into an envelope that names the tenant in scope.</summary>
    /// <exception cref="NoTenantException">There is no tenant in scope.</exception>
    public static TenantWork<T> Pack<T>(this ITenantContext tenants, T item)
    {
        ArgumentNullException.ThrowIfNull(tenants);
        return new TenantWork<T> { Tenant = (tenants.Current ?? throw new NoTenantException()).Id, Item = item };
    }

    /// <summary>Does what an envelope holds, inside the scope of the tenant it names. The ambient tenant does not matter.</summary>
    /// <exception cref="TenantUnavailableException">The tenant is not in the catalog, or not active.</exception>
    /// <exception cref="ArgumentException">The envelope names no tenant.</exception>
    public static Task RunAsync<T>(
        this ITenantContext tenants, TenantWork<T> work, Func<T, CancellationToken, Task> run,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(run);
        return tenants.RunAsync(work.Tenant, (_, _, stop) => run(work.Item, stop), cancellationToken);
    }

    /// <summary>Runs work inside the scope of a tenant known by its id, with a scope of services of its own.</summary>
    /// <exception cref="TenantUnavailableException">The tenant is not in the catalog, or not active.</exception>
    /// <exception cref="ArgumentException">The id is empty.</exception>
    public static Task RunAsync(
        this ITenantContext tenants, TenantId tenant, Func<Tenant, IServiceProvider, CancellationToken, Task> run,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        return Runner(tenants).RunAsync(tenant, run, cancellationToken);
    }

    /// <summary>Runs work without a tenant, whoever's request it is started from.</summary>
    public static async Task RunWithoutTenantAsync(this ITenantContext tenants, Func<Task> run)
    {
        ArgumentNullException.ThrowIfNull(tenants);
        ArgumentNullException.ThrowIfNull(run);
        using (tenants.Detach())
            await run().ConfigureAwait(false);
    }

    static TenantRunner Runner(ITenantContext tenants)
    {
        ArgumentNullException.ThrowIfNull(tenants);
        return (tenants as TenantContext)?.Services?.GetRequiredService<TenantRunner>() ?? throw new InvalidOperationException(
            $"{tenants.GetType()} knows no catalog. Take the ITenantContext that services.AddTenancy(...) registers.");
    }
}
