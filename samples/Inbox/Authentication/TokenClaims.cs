using System.Security.Claims;
using System.Text.Json;

namespace Inbox.Authentication;

/// <summary>The payload of a token whose signature holds.</summary>
static class TokenClaims
{
    public const string Organization = "org";
    public const string Subject = "sub";
    public const string Roles = "roles";

    const int MaxTextLength = 255;
    const int MaxValues = 64;

    /// <summary>9999-12-31T23:59:59Z: no later moment can be said in .NET.</summary>
    const decimal LastSecond = 253402300799m;

    /// <summary>Checks issuer, audience and times.</summary>
    public static TokenRefusal Check(JsonElement payload, JwtOptions options, DateTimeOffset now)
    {
        if (!payload.TryGetProperty("iss", out var issuer) || issuer.ValueKind != JsonValueKind.String ||
            !issuer.ValueEquals(options.Issuer))
            return TokenRefusal.Issuer;
        if (!payload.TryGetProperty("aud", out var audience) || !TryReadTexts(audience, out var audiences) ||
            !audiences.Contains(options.Audience, StringComparer.Ordinal))
            return TokenRefusal.Audience;

        var (seconds, skew) = (now.ToUnixTimeMilliseconds() / 1000m, (decimal)options.ClockSkew.TotalSeconds);
        if (!TryReadTime(payload, "exp", out var expires) || !TryReadTime(payload, "nbf", out var notBefore) ||
            !TryReadTime(payload, "iat", out var issued))
            return TokenRefusal.Claim;
        if (expires is null)
            return TokenRefusal.NoExpiry;
        if (seconds >= expires + skew)
            return TokenRefusal.Expired;
        if (notBefore > seconds + skew)
            return TokenRefusal.NotYetValid;
        return issued > seconds + skew ? TokenRefusal.IssuedInFuture : TokenRefusal.None;
    }

    /// <summary>Makes the identity: one claim per value of <c>org</c> and <c>roles</c>.</summary>
    public static TokenRefusal Read(JsonElement payload, out ClaimsIdentity? identity)
    {
        identity = null;
        if (!payload.TryGetProperty(Subject, out var subject) || subject.ValueKind != JsonValueKind.String)
            return TokenRefusal.Claim;
        var claims = new List<Claim>();
        foreach (var name in (ReadOnlySpan<string>)[Subject, Organization, Roles])
        {
            if (!payload.TryGetProperty(name, out var value))
                continue;
            if (!TryReadTexts(value, out var texts))
                return TokenRefusal.Claim;
            claims.AddRange(texts.Select(text => new Claim(name, text)));
        }

        identity = new ClaimsIdentity(claims, "Bearer", Subject, Roles);
        return TokenRefusal.None;
    }

    /// <summary>A text, or a list of texts. Anything else is a token that somebody built by hand.</summary>
    static bool TryReadTexts(JsonElement value, out IReadOnlyList<string> texts)
    {
        texts = [];
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                texts = [value.GetString()!];
                break;
            case JsonValueKind.Array when value.GetArrayLength() <= MaxValues &&
                    value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String):
                texts = [.. value.EnumerateArray().Select(item => item.GetString()!)];
                break;
            default:
                return false;
        }

        return texts.All(text => text.Length is > 0 and <= MaxTextLength);
    }

    /// <summary>A moment in seconds since 1970, or none where the member is absent.</summary>
    static bool TryReadTime(JsonElement payload, string name, out decimal? seconds)
    {
        seconds = null;
        if (!payload.TryGetProperty(name, out var value))
            return true;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDecimal(out var number) || number is < 0 or > LastSecond)
            return false;
        seconds = number;
        return true;
    }
}
