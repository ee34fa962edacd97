using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace Tenancy;

/// <summary>The values of one type of claim, over all authenticated identities of the caller. Allocates nothing.</summary>
internal struct CallerClaims
{
    readonly List<ClaimsIdentity> _identities;
    readonly string _type;
    List<Claim>? _claims;
    int _identity;
    int _claim;

    public CallerClaims(HttpContext context, string type)
    {
        _identities = AsList(context.User.Identities);
        _type = type;
    }

    public string? Next()
    {
        while (true)
        {
            while (_claims is not null && _claim < _claims.Count)
            {
                var claim = _claims[_claim++];
                if (string.Equals(claim.Type, _type, StringComparison.Ordinal))
                    return claim.Value;
            }

            if (_identity >= _identities.Count)
                return null;
            var identity = _identities[_identity++];
            if (!identity.IsAuthenticated)
                continue;
            _claims = AsList(identity.Claims);
            _claim = 0;
        }
    }

    // The framework hands out its lists: enumerated through the interface they would cost an enumerator each.
    static List<T> AsList<T>(IEnumerable<T> items) => items as List<T> ?? [.. items];
}
