namespace Tenancy;

/// <summary>Which tenants <c>ForEachAsync</c> runs for. Any predicate over a tenant serves; this is the usual one.</summary>
public static class TenantSelection
{
    /// <summary>The tenants in use: neither suspended, nor being created or deleted.</summary>
    /// <remarks>Narrow it down with a predicate of your own: <c>t => Active(t) &amp;&amp; t.Tier == "starter"</c>.</remarks>
    public static bool Active(Tenant tenant)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        return tenant.Status == TenantStatus.Active;
    }
}
