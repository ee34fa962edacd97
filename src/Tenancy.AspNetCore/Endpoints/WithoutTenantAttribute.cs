namespace Tenancy;

/// <summary>The endpoint is served without a tenant, whatever the request names.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class WithoutTenantAttribute : Attribute, ITenantRequirementMetadata
{
    internal static readonly WithoutTenantAttribute Instance = new();

    /// <inheritdoc/>
    public TenantRequirement Requirement => TenantRequirement.None;

    /// <inheritdoc/>
    public override string ToString() => "WithoutTenant";
}
