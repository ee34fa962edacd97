namespace Tenancy;

/// <summary>A tenant of the suite's.</summary>
public sealed class TestTenant
{
    internal TestTenant(Tenant tenant, string sentinel)
    {
        Tenant = tenant;
        Sentinel = sentinel;
    }

    /// <summary>The tenant, as the catalog has it.</summary>
    public Tenant Tenant { get; }

    /// <summary>What stands in every row of this tenant, and nowhere else.</summary>
    public string Sentinel { get; }

    /// <summary>How its data is kept apart.</summary>
    public TenantIsolation Isolation => Tenant.Placement.Isolation;

    internal IReadOnlyList<IsolatedTable> Tables { get; set; } = [];

    /// <summary>The isolation and the slug.</summary>
    public override string ToString() => $"{Isolation} tenant {Tenant.Slug}";
}
