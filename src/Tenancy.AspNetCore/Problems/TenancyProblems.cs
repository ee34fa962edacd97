namespace Tenancy;

/// <summary>The <c>type</c> of each problem (RFC 9457) that a request may be answered with.</summary>
public static class TenancyProblems
{
    /// <summary>
    /// 404. The tenant is unknown or being deleted, the caller has no part in it, or the request contradicts itself.
    /// The answer is the same, byte for byte, so that nobody learns which tenants there are.
    /// </summary>
    public const string TenantNotFound = "urn:tenancy:problem:tenant-not-found";

    /// <summary>400. The endpoint needs a tenant and the request names none.</summary>
    public const string TenantRequired = "urn:tenancy:problem:tenant-required";

    /// <summary>403. The caller's own tenant is suspended.</summary>
    public const string TenantSuspended = "urn:tenancy:problem:tenant-suspended";

    /// <summary>503, with <c>Retry-After</c>. The caller's own tenant is still being created.</summary>
    public const string TenantNotReady = "urn:tenancy:problem:tenant-not-ready";

    /// <summary>504. A statement ran for longer than the tier of the caller's tenant allows, and was ended.</summary>
    public const string QueryTimeout = "urn:tenancy:problem:query-timeout";
}
