using System.Text.Json;

namespace Inbox.Authentication;

/// <summary>The header of a token: which key, and that nothing else is asked for.</summary>
static class TokenHeader
{
    /// <summary>
    /// What a header may hold. Anything else is refused: <c>crit</c>, <c>b64</c>, <c>zip</c> and <c>enc</c> would change
    /// what is verified; <c>jwk</c>, <c>jku</c>, <c>x5u</c> and <c>x5c</c> bring or fetch a key of the sender's choice.
    /// The thumbprints only repeat what <c>kid</c> says.
    /// </summary>
    static readonly string[] Known = ["alg", "kid", "typ", "x5t", "x5t#S256"];

    public static TokenRefusal Check(JsonElement header, JsonWebKeySet keys, out VerificationKey? key)
    {
        key = null;
        foreach (var member in header.EnumerateObject())
        {
            if (!Known.Contains(member.Name) || member.Value.ValueKind != JsonValueKind.String)
                return TokenRefusal.HeaderParameter;
        }

        if (header.TryGetProperty("typ", out var type) && !IsToken(type.GetString()!))
            return TokenRefusal.Type;
        if (!header.TryGetProperty("kid", out var kid) || !keys.TryFind(kid.GetString()!, out key))
            return TokenRefusal.KeyId;
        return header.TryGetProperty("alg", out var algorithm) && algorithm.ValueEquals(key.Algorithm)
            ? TokenRefusal.None
            : TokenRefusal.Algorithm;
    }

    /// <summary>A logout token, say, is signed by the same issuer and no access token. Case does not matter (RFC 7515 §4.1.9).</summary>
    static bool IsToken(string type) =>
        type.Equals("JWT", StringComparison.OrdinalIgnoreCase) ||
        type.Equals("at+jwt", StringComparison.OrdinalIgnoreCase) ||
        type.Equals("application/at+jwt", StringComparison.OrdinalIgnoreCase);
}
