using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Inbox.Authentication;

namespace Inbox.Tests.Authentication;

/// <summary>Which key, which algorithm, and that every byte counts.</summary>
public sealed class TokenSignatureTests : IDisposable
{
    readonly Forge _forge = new();

    public void Dispose() => _forge.Dispose();

    [Fact]
    public void RS256_is_taken_from_an_RSA_key() => _forge.Accept(Forge.SignRsa(Forge.Rsa, "rsa-1"));

    [Fact]
    public void RSA_with_PSS_padding_is_refused() =>
        Assert.Equal(TokenRefusal.Signature, _forge.Validate(Forge.SignRsa(Forge.Rsa, "rsa-1", padding: RSASignaturePadding.Pss)));

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("NONE")]
    [InlineData("")]
    [InlineData("HS256")]
    [InlineData("RS256")]
    [InlineData("ES384")]
    [InlineData("es256")]
    [InlineData("ES256 ")]
    public void The_key_decides_the_algorithm_though_the_signature_is_right(string algorithm) =>
        Assert.Equal(TokenRefusal.Algorithm, _forge.Validate(_forge.WithHeader("alg", algorithm)));

    [Theory]
    [InlineData("ES256")]
    [InlineData("PS256")]
    [InlineData("RS512")]
    public void So_does_an_RSA_key(string algorithm) =>
        Assert.Equal(TokenRefusal.Algorithm, _forge.Validate(Forge.SignRsa(Forge.Rsa, "rsa-1", algorithm)));

    [Fact]
    public void No_algorithm_is_refused() => Assert.Equal(TokenRefusal.Algorithm, _forge.Validate(_forge.WithoutHeader("alg")));

    [Fact]
    public void Alg_none_without_a_signature_is_refused()
    {
        var unsigned = $"{DevelopmentTokens.Encode("""{"alg":"none"}""")}.{DevelopmentTokens.Encode(Forge.Claims().ToJsonString())}.";
        Assert.NotEqual(TokenRefusal.None, _forge.Validate(unsigned));
        var named = new JsonObject { ["alg"] = "none", ["kid"] = _forge.KeyId }.ToJsonString();
        Assert.NotEqual(TokenRefusal.None, _forge.Validate(
            $"{DevelopmentTokens.Encode(named)}.{DevelopmentTokens.Encode(Forge.Claims().ToJsonString())}.AA"));
    }

    [Fact]
    public void A_public_key_used_as_an_HMAC_secret_is_refused()
    {
        byte[][] secrets =
        [
            Encoding.ASCII.GetBytes(_forge.Key.ExportSubjectPublicKeyInfoPem()), _forge.Key.ExportSubjectPublicKeyInfo(),
            Encoding.ASCII.GetBytes(Forge.Rsa.ExportSubjectPublicKeyInfoPem()), Forge.Rsa.ExportParameters(includePrivateParameters: false).Modulus!,
        ];
        foreach (var kid in (string[])[_forge.KeyId, "rsa-1"])
        {
            foreach (var secret in secrets)
            {
                var header = new JsonObject { ["alg"] = "HS256", ["kid"] = kid }.ToJsonString();
                var signed = $"{DevelopmentTokens.Encode(header)}.{DevelopmentTokens.Encode(Forge.Claims().ToJsonString())}";
                var code = HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(signed));
                Assert.Equal(TokenRefusal.Algorithm, _forge.Validate($"{signed}.{Base64Url.EncodeToString(code)}"));
            }
        }
    }

    [Fact]
    public void Another_key_under_the_same_kid_is_refused()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Equal(TokenRefusal.Signature, _forge.Validate(DevelopmentTokens.Sign(other, Forge.Claims(), _forge.Header())));
        using var rsa = RSA.Create(2048);
        Assert.Equal(TokenRefusal.Signature, _forge.Validate(Forge.SignRsa(rsa, "rsa-1")));
    }

    [Fact]
    public void A_kid_is_required_and_must_be_known()
    {
        Assert.Equal(TokenRefusal.KeyId, _forge.Validate(_forge.WithoutHeader("kid")));
        Assert.Equal(TokenRefusal.KeyId, _forge.Validate(_forge.WithHeader("kid", "")));
        Assert.Equal(TokenRefusal.KeyId, _forge.Validate(_forge.WithHeader("kid", "nobody")));
        Assert.Equal(TokenRefusal.KeyId, _forge.Validate(_forge.WithHeader("kid", _forge.KeyId.ToUpperInvariant())));
        Assert.Equal(TokenRefusal.KeyId, _forge.Validate(_forge.WithHeader("kid", "' or 1=1 --")));
        Assert.Equal(TokenRefusal.HeaderParameter, _forge.Validate(_forge.WithHeader("kid", 1)));
    }

    [Theory]
    [InlineData("crit", """["exp"]""")]
    [InlineData("crit", """[]""")]
    [InlineData("crit", "\"exp\"")]
    [InlineData("b64", "false")]
    [InlineData("jku", "\"https://evil.test/jwks.json\"")]
    [InlineData("x5u", "\"https://evil.test/cert.pem\"")]
    [InlineData("x5c", """["MIIB"]""")]
    [InlineData("jwk", """{"kty":"EC"}""")]
    [InlineData("zip", "\"DEF\"")]
    [InlineData("enc", "\"A128GCM\"")]
    [InlineData("cty", "\"JWT\"")]
    [InlineData("anything", "\"else\"")]
    public void A_header_that_asks_for_more_is_refused_though_the_signature_is_right(string name, string value) =>
        Assert.Equal(TokenRefusal.HeaderParameter, _forge.Validate(_forge.WithHeader(name, JsonNode.Parse(value))));

    [Fact]
    public void A_key_brought_along_is_refused()
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var jwk = JsonNode.Parse(DevelopmentTokens.KeySet(own))!["keys"]![0]!.DeepClone();
        var header = new JsonObject { ["alg"] = "ES256", ["kid"] = DevelopmentTokens.KeyId(own), ["jwk"] = jwk };
        Assert.NotEqual(TokenRefusal.None, _forge.Validate(DevelopmentTokens.Sign(own, Forge.Claims(), header)));
    }

    [Theory]
    [InlineData("JWT", true)]
    [InlineData("jwt", true)]
    [InlineData("at+jwt", true)]
    [InlineData("application/at+jwt", true)]
    [InlineData("logout+jwt", false)]
    [InlineData("JWE", false)]
    [InlineData("", false)]
    public void Only_access_tokens_are_taken(string type, bool taken) =>
        Assert.Equal(taken ? TokenRefusal.None : TokenRefusal.Type, _forge.Validate(_forge.WithHeader("typ", type)));

    [Fact]
    public void The_type_may_be_absent() => _forge.Accept(_forge.WithoutHeader("typ"));

    [Fact]
    public void A_signature_in_DER_is_refused()
    {
        var signed = _forge.Valid()[.._forge.Valid().LastIndexOf('.')];
        var der = _forge.Key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        Assert.Equal(TokenRefusal.Signature, _forge.Validate($"{signed}.{Base64Url.EncodeToString(der)}"));
    }

    [Fact]
    public void A_signature_of_zeros_or_of_another_length_is_refused()
    {
        var token = _forge.Valid();
        var signed = token[..token.LastIndexOf('.')];
        foreach (var length in (int[])[1, 32, 63, 64, 65, 96, 128])
            Assert.Equal(TokenRefusal.Signature, _forge.Validate($"{signed}.{Base64Url.EncodeToString(new byte[length])}"));
    }

    [Fact]
    public void Every_changed_byte_is_refused()
    {
        var parts = _forge.Valid().Split('.');
        for (var part = 0; part < 3; part++)
        {
            var bytes = Base64Url.DecodeFromChars(parts[part]);
            for (var i = 0; i < bytes.Length; i++)
            {
                bytes[i] ^= 1;
                string[] changed = [.. parts];
                changed[part] = Base64Url.EncodeToString(bytes);
                Assert.NotEqual(TokenRefusal.None, _forge.Validate(string.Join('.', changed)));
                bytes[i] ^= 1;
            }
        }
    }

    [Fact]
    public void A_payload_for_another_organisation_under_an_old_signature_is_refused()
    {
        var parts = _forge.Valid().Split('.');
        var claims = Forge.Claims();
        claims["org"] = "globex";
        Assert.Equal(TokenRefusal.Signature, _forge.Validate(
            $"{parts[0]}.{DevelopmentTokens.Encode(claims.ToJsonString())}.{parts[2]}"));
    }
}
