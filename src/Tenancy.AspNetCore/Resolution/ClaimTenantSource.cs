using Microsoft.AspNetCore.Http;

namespace Tenancy;

/// <summary>Reads a single-valued claim of all authenticated identities of the caller.</summary>
internal sealed record ClaimTenantSource(string Type) : ITenantSource
{
    public bool IsProof => true;

    public TenantAnswer Read(HttpContext context)
    {
        var claims = new CallerClaims(context, Type);
        if (claims.Next() is not { } found)
            return TenantAnswer.Silent;
        return claims.Next() is null ? TenantAnswer.Named(found.AsMemory()) : TenantAnswer.Contradictory;
    }
}
