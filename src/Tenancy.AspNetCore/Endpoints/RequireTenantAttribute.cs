namespace Tenancy;

/// <summary>The endpoint is served only to a request whose tenant was found and is active.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class RequireTenantAttribute : Attribute, ITenantRequirementMetadata
{
    internal static readonly RequireTenantAttribute Instance = new();

    /// <inheritdoc/>
    public TenantRequirement Requirement => TenantRequirement.Required;

    /// <inheritdoc/>
    public override string ToString() => "RequireTenant";
}
