namespace Tenancy;

/// <summary>Names of SignalR groups that belong to one tenant: groups are shared by all connections of a hub.</summary>
public static class TenantGroups
{
    /// <summary>The group <c>tenant/{id}/{name}</c>.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="name">The group's name within the tenant, such as <c>orders</c>.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty.</exception>
    public static string Name(Tenant tenant, string name)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return $"tenant/{tenant.Id}/{name}";
    }

    /// <summary>The group of the tenant in scope, as in <c>Groups.AddToGroupAsync(Context.ConnectionId, tenants.GroupName("orders"))</c>.</summary>
    /// <exception cref="NoTenantException">There is no tenant in scope.</exception>
    public static string GroupName(this ITenantContext tenants, string name)
    {
        ArgumentNullException.ThrowIfNull(tenants);
        return Name(tenants.Current ?? throw new NoTenantException(), name);
    }
}
