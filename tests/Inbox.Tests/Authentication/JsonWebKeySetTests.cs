using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Inbox.Authentication;

namespace Inbox.Tests.Authentication;

/// <summary>Keys that must not be trusted, and options that must not start.</summary>
public sealed class JsonWebKeySetTests : IDisposable
{
    readonly Forge _forge = new();

    public void Dispose() => _forge.Dispose();

    JsonObject EllipticCurveKey() => JsonNode.Parse(DevelopmentTokens.KeySet(_forge.Key))!["keys"]![0]!.DeepClone().AsObject();

    List<string> Load(params JsonNode[] keys) => LoadText(new JsonObject { ["keys"] = new JsonArray(keys) }.ToJsonString());

    List<string> LoadText(string text)
    {
        List<string> mistakes = [];
        JsonWebKeySet.Load(_forge.Write(text), mistakes).Dispose();
        return mistakes;
    }

    void Refuse(JsonObject key, string name, string? value, string expected)
    {
        if (value is null)
            key.Remove(name);
        else
            key[name] = JsonNode.Parse(value);
        Assert.Contains(Load(key), mistake => mistake.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Good_keys_are_taken() => Assert.Empty(Load(EllipticCurveKey(), Forge.RsaKey(Forge.Rsa, "rsa-1")));

    [Theory]
    [InlineData("kty", null, "kty and alg")]
    [InlineData("kty", "\"RSA\"", "kty and alg")]
    [InlineData("kty", "\"oct\"", "kty and alg")]
    [InlineData("alg", null, "kty and alg")]
    [InlineData("alg", "\"none\"", "kty and alg")]
    [InlineData("alg", "\"HS256\"", "kty and alg")]
    [InlineData("alg", "\"RS256\"", "kty and alg")]
    [InlineData("alg", "\"ES384\"", "kty and alg")]
    [InlineData("crv", "\"P-384\"", "crv")]
    [InlineData("crv", "\"secp256k1\"", "crv")]
    [InlineData("crv", null, "crv")]
    [InlineData("use", "\"enc\"", "use")]
    [InlineData("use", "1", "use")]
    [InlineData("key_ops", "[\"sign\",\"verify\"]", "key_ops")]
    [InlineData("kid", null, "kid")]
    [InlineData("kid", "\"\"", "kid")]
    [InlineData("x", "\"AAAA\"", "32 bytes")]
    [InlineData("y", "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"", "point")]
    [InlineData("d", "\"AAAA\"", "private")]
    [InlineData("k", "\"AAAA\"", "private")]
    public void An_EC_key_that_does_not_fit_is_refused(string name, string? value, string expected) =>
        Refuse(EllipticCurveKey(), name, value, expected);

    [Theory]
    [InlineData("alg", "\"PS256\"", "kty and alg")]
    [InlineData("alg", "\"ES256\"", "kty and alg")]
    [InlineData("n", null, "n or e")]
    [InlineData("e", "\"AQ\"", "RSA key")]
    [InlineData("e", "\"Ag\"", "RSA key")]
    [InlineData("e", "\"AQAB=\"", "n or e")]
    [InlineData("p", "\"AAAA\"", "private")]
    public void An_RSA_key_that_does_not_fit_is_refused(string name, string? value, string expected) =>
        Refuse(Forge.RsaKey(Forge.Rsa, "rsa-1"), name, value, expected);

    [Fact]
    public void A_short_RSA_key_is_refused()
    {
        using var weak = RSA.Create(1024);
        Assert.Contains(Load(Forge.RsaKey(weak, "weak")), mistake => mistake.Contains("2048", StringComparison.Ordinal));
    }

    [Fact]
    public void A_kid_that_stands_twice_is_refused() =>
        Assert.Contains(Load(EllipticCurveKey(), EllipticCurveKey()), mistake => mistake.Contains("kid of another", StringComparison.Ordinal));

    [Fact]
    public void A_member_that_stands_twice_is_refused() =>
        Assert.NotEmpty(LoadText($$"""{"keys":[{{EllipticCurveKey().ToJsonString()[..^1]}},"alg":"ES256"}]}"""));

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"keys":[]}""")]
    [InlineData("""{"keys":{}}""")]
    [InlineData("""{"keys":[1]}""")]
    public void What_is_no_key_set_is_refused(string text) => Assert.NotEmpty(LoadText(text));

    [Fact]
    public void Every_mistake_in_the_options_is_listed_at_once()
    {
        var set = _forge.Write(new JsonObject { ["keys"] = new JsonArray(new JsonObject { ["kty"] = "oct" }, 1) }.ToJsonString());
        var result = new JwtOptionsValidator().Validate(null, new JwtOptions { JwksPath = set, ClockSkew = TimeSpan.FromMinutes(5) });
        string[] expected = ["Jwt:Issuer", "Jwt:Audience", "Jwt:ClockSkew", "keys[0]", "keys[1]"];
        Assert.All(expected, text => Assert.Contains(result.Failures!, failure => failure.Contains(text, StringComparison.Ordinal)));
        Assert.True(new JwtOptionsValidator().Validate(null, new JwtOptions { Issuer = "i", Audience = "a" }).Failed);
        Assert.True(new JwtOptionsValidator().Validate(null, new JwtOptions { Issuer = "i", Audience = "a", JwksPath = "/nowhere" }).Failed);
    }

    [Fact]
    public void The_thumbprint_is_the_one_of_RFC_7638()
    {
        using var key = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            // The public key of RFC 7517, appendix A.1.
            Q = new ECPoint
            {
                X = Base64Url.DecodeFromChars("MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4"),
                Y = Base64Url.DecodeFromChars("4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"),
            },
        });
        Assert.Equal("cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s", DevelopmentTokens.KeyId(key));
    }
}
