namespace Tenancy;

/// <summary>
/// Endpoint metadata that says whether the endpoint works with a tenant. The last one on an endpoint wins.
/// </summary>
public interface ITenantRequirementMetadata
{
    /// <summary>Whether the endpoint works with a tenant.</summary>
    TenantRequirement Requirement { get; }
}
