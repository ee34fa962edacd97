using Microsoft.AspNetCore.Http;

namespace Tenancy;

/// <summary>Reads a single-valued claim of all authenticated identities of the caller.</summary>
internal sealed record ClaimTenantSource(string Type) : ITenantSource
{
    public bool IsProof => true;

    public TenantAnswer Read(HttpContext context)
    {
        string? found = null;
        var identities = AsList(context.User.Identities);
        for (var i = 0; i < identities.Count; i++)
        {
            if (!identities[i].IsAuthenticated)
                continue;
            var claims = AsList(identities[i].Claims);
            for (var j = 0; j < claims.Count; j++)
            {
                if (!string.Equals(claims[j].Type, Type, StringComparison.Ordinal))
                    continue;
                if (found is not null)
                    return TenantAnswer.Contradictory;
                found = claims[j].Value;
            }
        }

        return found is null ? TenantAnswer.Silent : TenantAnswer.Named(found.AsMemory());
    }

    // The framework hands out its lists: enumerated through the interface they would cost an enumerator each.
    static IList<T> AsList<T>(IEnumerable<T> items) => items as IList<T> ?? [.. items];
}
