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

    /// <summary>429, with <c>Retry-After</c>. A limit of the caller's tenant is used up; <c>violated-policies</c> names it.</summary>
    public const string QuotaExceeded = "https://iana.org/assignments/http-problem-types#quota-exceeded";

    /// <summary>503, with <c>Retry-After</c>. What all tenants share is short for a while.</summary>
    public const string CapacityShort = "https://iana.org/assignments/http-problem-types#temporary-reduced-capacity";

    /// <summary>403. The request costs more than a limit of the tenant ever allows at once.</summary>
    public const string CostTooLarge = "urn:tenancy:problem:cost-too-large";

    /// <summary>403. The tenant's storage is full.</summary>
    public const string StorageFull = "urn:tenancy:problem:storage-full";

    /// <summary>504. A query ran longer than the tenant's tier allows.</summary>
    public const string QueryTimeout = "urn:tenancy:problem:query-timeout";

    /// <summary>413. The body of a request is larger than the tenant's tier allows.</summary>
    public const string BodyTooLarge = "urn:tenancy:problem:body-too-large";

    /// <summary>422. A result is larger than the tenant's tier allows.</summary>
    public const string ResultTooLarge = "urn:tenancy:problem:result-too-large";
}
