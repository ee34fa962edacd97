namespace Tenancy;

/// <summary>What the sources of a request said about its tenant.</summary>
public enum TenantResolutionOutcome
{
    /// <summary>All that spoke named the same tenant, the caller may act for it, and the catalog has it.</summary>
    Found,

    /// <summary>No source named a tenant.</summary>
    NoneGiven,

    /// <summary>The tenant named is not in the catalog.</summary>
    Unknown,

    /// <summary>Sources contradict each other, or one contradicts itself.</summary>
    Conflicting,

    /// <summary>A tenant was named, but nothing shows that the caller has part in it.</summary>
    NotPermitted,
}
