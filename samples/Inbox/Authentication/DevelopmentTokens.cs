using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Inbox.Authentication;

/// <summary>Makes tokens and key sets for development and for tests. A deployment gets its tokens from an identity provider.</summary>
static class DevelopmentTokens
{
    /// <summary>The registered claims of a token that is valid from now on.</summary>
    public static JsonObject Claims(string issuer, string audience, string subject, DateTimeOffset now, TimeSpan lifetime) => new()
    {
        ["iss"] = issuer,
        ["aud"] = audience,
        ["sub"] = subject,
        ["iat"] = now.ToUnixTimeSeconds(),
        ["nbf"] = now.ToUnixTimeSeconds(),
        ["exp"] = (now + lifetime).ToUnixTimeSeconds(),
    };

    public static string Sign(ECDsa key, JsonObject claims) => Sign(key, claims, new JsonObject
    {
        ["alg"] = "ES256",
        ["kid"] = KeyId(key),
        ["typ"] = "at+jwt",
    });

    /// <summary>Signs with a header of the caller's making, whatever it says.</summary>
    public static string Sign(ECDsa key, JsonObject claims, JsonObject header)
    {
        var signed = $"{Encode(header.ToJsonString())}.{Encode(claims.ToJsonString())}";
        var signature = key.SignData(
            Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>The key set that holds the public half of the key.</summary>
    public static string KeySet(ECDsa key)
    {
        var point = Point(key);
        point["kid"] = KeyId(key);
        point["alg"] = "ES256";
        point["use"] = "sig";
        return new JsonObject { ["keys"] = new JsonArray(point) }.ToJsonString();
    }

    /// <summary>The key's thumbprint (RFC 7638): the same key has the same kid everywhere.</summary>
    public static string KeyId(ECDsa key) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Point(key).ToJsonString())));

    public static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    static JsonObject Point(ECDsa key)
    {
        var q = key.ExportParameters(includePrivateParameters: false).Q;
        return new JsonObject
        {
            ["crv"] = "P-256",
            ["kty"] = "EC",
            ["x"] = Base64Url.EncodeToString(q.X),
            ["y"] = Base64Url.EncodeToString(q.Y),
        };
    }
}
