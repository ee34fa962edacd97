using Microsoft.AspNetCore.Http;

namespace Tenancy;

/// <summary>Reads a single-valued claim of all authenticated identities of the caller.</summary>
internal sealed record ClaimTenantSource(string Type) : ITenantSource
{
    public bool IsProof => true;

    public TenantAnswer Read(HttpContext context)
    {
        string? found = null;
        foreach (var identity in context.User.Identities)
        {
            if (!identity.IsAuthenticated)
                continue;
            foreach (var claim in identity.Claims)
            {
                if (!string.Equals(claim.Type, Type, StringComparison.Ordinal))
                    continue;
                if (found is not null)
                    return TenantAnswer.Contradictory;
                found = claim.Value;
            }
        }

        return found is null ? TenantAnswer.Silent : TenantAnswer.Named(found.AsMemory());
    }
}
