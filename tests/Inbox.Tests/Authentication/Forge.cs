using System.Buffers.Text;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Inbox.Authentication;

namespace Inbox.Tests.Authentication;

/// <summary>
/// An issuer with two keys, a validator that trusts them, and everything an attacker would do to their tokens. Most
/// attacks are signed with the right key, so that the check under test is the only one that can refuse them.
/// </summary>
sealed class Forge : IDisposable
{
    public const string Issuer = "https://issuer.test";
    public const string Audience = "inbox";

    public static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    readonly string _directory = Directory.CreateTempSubdirectory("inbox-tests-").FullName;
    readonly JsonWebKeySet _keys;
    readonly TokenValidator _validator;

    public Forge(TimeSpan? skew = null)
    {
        var set = JsonNode.Parse(DevelopmentTokens.KeySet(Key))!;
        set["keys"]!.AsArray().Add((JsonNode)RsaKey(Rsa, "rsa-1"));
        List<string> mistakes = [];
        _keys = JsonWebKeySet.Load(Write(set.ToJsonString()), mistakes);
        Assert.Empty(mistakes);
        var options = new JwtOptions { Issuer = Issuer, Audience = Audience };
        if (skew is { } given)
            options.ClockSkew = given;
        _validator = new TokenValidator(_keys, options, new StoppedClock(Now));
    }

    public ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>One for all tests: making one takes a while.</summary>
    public static RSA Rsa { get; } = RSA.Create(2048);

    public string KeyId => DevelopmentTokens.KeyId(Key);

    public TokenValidator Validator => _validator;

    public TokenRefusal Validate(string token) => _validator.Validate(token, out _);

    public ClaimsIdentity Accept(string token)
    {
        Assert.Equal(TokenRefusal.None, _validator.Validate(token, out var identity));
        return identity!;
    }

    public static JsonObject Claims()
    {
        var claims = DevelopmentTokens.Claims(Issuer, Audience, "alice", Now, TimeSpan.FromHours(1));
        claims["org"] = "acme";
        return claims;
    }

    public JsonObject Header() => new() { ["alg"] = "ES256", ["kid"] = KeyId, ["typ"] = "JWT" };

    public string Valid() => DevelopmentTokens.Sign(Key, Claims());

    public string WithClaim(string name, JsonNode? value)
    {
        var claims = Claims();
        claims[name] = value;
        return DevelopmentTokens.Sign(Key, claims);
    }

    public string WithoutClaim(string name)
    {
        var claims = Claims();
        claims.Remove(name);
        return DevelopmentTokens.Sign(Key, claims);
    }

    public string WithHeader(string name, JsonNode? value)
    {
        var header = Header();
        header[name] = value;
        return DevelopmentTokens.Sign(Key, Claims(), header);
    }

    public string WithoutHeader(string name)
    {
        var header = Header();
        header.Remove(name);
        return DevelopmentTokens.Sign(Key, Claims(), header);
    }

    /// <summary>Signs texts that no JSON writer would write.</summary>
    public string SignRaw(string header, string payload) => SignRaw(Encoding.UTF8.GetBytes(header), Encoding.UTF8.GetBytes(payload));

    public string SignRaw(byte[] header, byte[] payload)
    {
        var signed = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(payload)}";
        var signature = Key.SignData(
            Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    public static string SignRsa(RSA key, string kid, string algorithm = "RS256", RSASignaturePadding? padding = null)
    {
        var header = new JsonObject { ["alg"] = algorithm, ["kid"] = kid };
        var signed = $"{DevelopmentTokens.Encode(header.ToJsonString())}.{DevelopmentTokens.Encode(Claims().ToJsonString())}";
        var signature = key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, padding ?? RSASignaturePadding.Pkcs1);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    public static JsonObject RsaKey(RSA key, string kid)
    {
        var parameters = key.ExportParameters(includePrivateParameters: false);
        return new JsonObject
        {
            ["kty"] = "RSA",
            ["alg"] = "RS256",
            ["use"] = "sig",
            ["kid"] = kid,
            ["n"] = Base64Url.EncodeToString(parameters.Modulus),
            ["e"] = Base64Url.EncodeToString(parameters.Exponent),
        };
    }

    public string Write(string text)
    {
        var path = Path.Combine(_directory, Guid.NewGuid().ToString("N"));
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose()
    {
        _keys.Dispose();
        Key.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    sealed class StoppedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
