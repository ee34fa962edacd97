using Microsoft.EntityFrameworkCore;

namespace Tenancy;

/// <summary>Gives each context to the tenant that is in scope when it is made.</summary>
internal sealed class TenantDbContextFactory<TContext>(IDbContextFactory<TContext> inner) : IDbContextFactory<TContext>
    where TContext : DbContext
{
    public TContext CreateDbContext() => TenantDbContextServiceCollectionExtensions.Bound(inner.CreateDbContext());

    public async Task<TContext> CreateDbContextAsync(CancellationToken cancellationToken = default) =>
        TenantDbContextServiceCollectionExtensions.Bound(await inner.CreateDbContextAsync(cancellationToken).ConfigureAwait(false));
}
