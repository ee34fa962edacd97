using System.Runtime.CompilerServices;

namespace Tenancy;

/// <summary>What all requests of one tenant share. Made once per tenant.</summary>
internal sealed class TenantFeature : ITenantFeature
{
    /// <summary>Under this key among <c>HttpContext.Items</c> it outlives a poll of a hub's connection.</summary>
    public static readonly object ItemKey = new();

    static readonly ConditionalWeakTable<Tenant, TenantFeature> Known = [];

    TenantFeature(Tenant tenant)
    {
        Tenant = tenant;
        Tag = TenantTag.Of(tenant);
    }

    public Tenant Tenant { get; }

    public TenantTag Tag { get; }

    public static TenantFeature Of(Tenant tenant) => Known.GetValue(tenant, static tenant => new TenantFeature(tenant));
}
