using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Tenancy;

/// <summary>The named query filter that repeats, in the statement, what the policy enforces on the server.</summary>
public static class TenantFilter
{
    /// <summary>The filter's name, for <c>IgnoreQueryFilters</c>: <c>tenant</c>.</summary>
    public const string Name = "tenant";

    /// <summary>The column that <c>isolate()</c> gives each table: <c>tenant_id</c>.</summary>
    public const string Column = "tenant_id";

    /// <summary>The tenant in scope, read anew for each query.</summary>
    /// <param name="context">The context that the query runs on, which has to be on <c>UseTenancy()</c>.</param>
    /// <exception cref="NoTenantException">No tenant is in scope.</exception>
    public static Guid Current(DbContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var data = TenancyOptionsExtension.DataSourceOf(context.GetService<IDbContextOptions>());
        return (data.Tenants.Current ?? throw new NoTenantException()).Id.Value;
    }
}
