using System.Security.Cryptography;
using System.Text.Json;

namespace Inbox.Authentication;

/// <summary>Reads one key of a set. What it says of itself must fit one of two algorithms, and everything must be there.</summary>
static class JsonWebKey
{
    const int MinRsaBits = 2048;
    const int MaxRsaBits = 8192;
    const int CoordinateLength = 32;

    static readonly string[] PrivateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

    public static (string Kid, VerificationKey Key)? Read(JsonElement element, string where, List<string> mistakes)
    {
        var before = mistakes.Count;
        if (element.ValueKind != JsonValueKind.Object)
        {
            mistakes.Add($"{where} is not an object.");
            return null;
        }

        if (PrivateMembers.Any(name => element.TryGetProperty(name, out _)))
            mistakes.Add($"{where} holds a private or secret key. Publish public keys only, and replace this one.");
        var kid = Text(element, "kid");
        if (kid is null or "")
            mistakes.Add($"{where} has no kid. Tokens choose their key by it.");
        if (Text(element, "use") is { } use and not "sig" || element.TryGetProperty("use", out _) && Text(element, "use") is null)
            mistakes.Add($"{where}: use is not 'sig'. Keys for anything else do not belong here.");
        if (element.TryGetProperty("key_ops", out var operations) && !IsVerifyOnly(operations))
            mistakes.Add($"{where}: key_ops is not [\"verify\"].");

        var key = (Text(element, "kty"), Text(element, "alg")) switch
        {
            ("EC", VerificationKey.Es256) => ReadEllipticCurve(element, where, mistakes),
            ("RSA", VerificationKey.Rs256) => ReadRsa(element, where, mistakes),
            _ => Refuse($"{where}: kty and alg are neither 'EC' and 'ES256' nor 'RSA' and 'RS256'.", mistakes),
        };
        if (mistakes.Count == before && key is not null)
            return (kid!, key);
        key?.Dispose();
        return null;
    }

    static VerificationKey? ReadEllipticCurve(JsonElement element, string where, List<string> mistakes)
    {
        if (Text(element, "crv") != "P-256")
            return Refuse($"{where}: crv is not 'P-256'.", mistakes);
        if (Bytes(element, "x") is not { Length: CoordinateLength } x || Bytes(element, "y") is not { Length: CoordinateLength } y)
            return Refuse($"{where}: x and y are not 32 bytes each, in base64url.", mistakes);
        try
        {
            var point = new ECPoint { X = x, Y = y };
            return new VerificationKey(ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point }));
        }
        catch (CryptographicException)
        {
            return Refuse($"{where}: x and y are not a point of P-256.", mistakes);
        }
    }

    static VerificationKey? ReadRsa(JsonElement element, string where, List<string> mistakes)
    {
        if (Bytes(element, "n") is not { } n || Bytes(element, "e") is not { } e)
            return Refuse($"{where}: n or e is missing, or not base64url.", mistakes);
        RSA? rsa = null;
        try
        {
            rsa = RSA.Create(new RSAParameters { Modulus = n, Exponent = e });
            // An exponent of 1, with which every message is its own signature, and an even one do not import.
            if (rsa.KeySize is >= MinRsaBits and <= MaxRsaBits)
                return new VerificationKey(rsa);
        }
        catch (CryptographicException)
        {
            // Said below, like a key of the wrong size.
        }

        rsa?.Dispose();
        return Refuse($"{where} is not an RSA key of {MinRsaBits} to {MaxRsaBits} bits.", mistakes);
    }

    static bool IsVerifyOnly(JsonElement operations) =>
        operations.ValueKind == JsonValueKind.Array && operations.GetArrayLength() == 1 &&
        operations[0].ValueKind == JsonValueKind.String && operations[0].ValueEquals("verify");

    static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    static byte[]? Bytes(JsonElement element, string name) =>
        Text(element, name) is { } text && StrictBase64Url.TryDecode(text, out var bytes) ? bytes : null;

    static VerificationKey? Refuse(string mistake, List<string> mistakes)
    {
        mistakes.Add(mistake);
        return null;
    }
}
