using System.Diagnostics.CodeAnalysis;

namespace Tenancy;

/// <summary>The answer to "whose request is this?".</summary>
public readonly record struct TenantResolution
{
    TenantResolution(TenantResolutionOutcome outcome, Tenant? tenant)
    {
        Outcome = outcome;
        Tenant = tenant;
    }

    /// <summary>What the sources said. Only <see cref="TenantResolutionOutcome.Found"/> carries a tenant.</summary>
    public TenantResolutionOutcome Outcome { get; }

    /// <summary>The tenant found, whatever its status; else <see langword="null"/>.</summary>
    public Tenant? Tenant { get; }

    /// <summary>Whether a tenant was found.</summary>
    [MemberNotNullWhen(true, nameof(Tenant))]
    public bool IsFound => Tenant is not null;

    /// <summary>The tenant was found.</summary>
    public static TenantResolution Found(Tenant tenant)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        return new(TenantResolutionOutcome.Found, tenant);
    }

    /// <summary>No tenant was found.</summary>
    /// <param name="outcome">Why; not <see cref="TenantResolutionOutcome.Found"/>.</param>
    public static TenantResolution Refused(TenantResolutionOutcome outcome) =>
        outcome == TenantResolutionOutcome.Found
            ? throw new ArgumentException("A found tenant is not a refusal. Call Found(tenant).", nameof(outcome))
            : new(outcome, null);
}
