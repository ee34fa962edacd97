namespace Tenancy;

/// <summary>Whether an endpoint works with a tenant.</summary>
public enum TenantRequirement
{
    /// <summary>
    /// It may: a request that names no tenant is served without one. An endpoint that says nothing is so.
    /// </summary>
    Optional,

    /// <summary>It must: a request that names no tenant is refused.</summary>
    Required,

    /// <summary>It never does: the request is not even looked at, and no tenant is ambient.</summary>
    None,
}
