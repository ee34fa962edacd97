using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Inbox.Authentication;
using Inbox.Tests.Hosting;

namespace Inbox.Tests.Api;

/// <summary>Tokens that somebody made or changed, sent to every endpoint of the API's document: refused alike, and nothing is stored.</summary>
[Collection(InboxCollection.Name)]
public sealed class TokenAttackTests(InboxFixture inbox)
{
    static long In(int minutes) => DateTimeOffset.UtcNow.AddMinutes(minutes).ToUnixTimeSeconds();

    public static TheoryData<string> Attacks { get; } = [.. All.Keys];

    static Dictionary<string, Func<InboxFixture, JsonObject, string>> All => new()
    {
        ["alg none, no signature"] = (_, claims) => $"{Encode("""{"alg":"none"}""")}.{Encode(claims.ToJsonString())}.",
        ["alg none, an old signature"] = (inbox, claims) => $"{Encode("""{"alg":"none"}""")}.{Encode(claims.ToJsonString())}.{Signature(inbox)}",
        ["alg nOnE under our kid"] = (inbox, claims) => $"{Encode(Header(inbox, "nOnE"))}.{Encode(claims.ToJsonString())}.",
        ["HS256 with the public key in PEM"] = (inbox, claims) => Hmac(inbox, claims, Encoding.ASCII.GetBytes(inbox.Key.ExportSubjectPublicKeyInfoPem())),
        ["HS256 with the public key in DER"] = (inbox, claims) => Hmac(inbox, claims, inbox.Key.ExportSubjectPublicKeyInfo()),
        ["HS256 with the key set"] = (inbox, claims) => Hmac(inbox, claims, Encoding.UTF8.GetBytes(DevelopmentTokens.KeySet(inbox.Key))),
        ["HS256 with nothing"] = (inbox, claims) => Hmac(inbox, claims, []),
        ["another key"] = (_, claims) => Stranger(claims),
        ["another payload under an old signature"] = (inbox, claims) => $"{inbox.Token("x").Split('.')[0]}.{Encode(claims.ToJsonString())}.{Signature(inbox)}",
        ["expired"] = With(claims => claims["exp"] = In(-1)),
        ["expired for ever"] = With(claims => claims["exp"] = 0),
        ["never expiring"] = With(claims => claims.Remove("exp")),
        ["expiring beyond time"] = With(claims => claims["exp"] = JsonNode.Parse("1e300")),
        ["expiring as a text"] = With(claims => claims["exp"] = "9999999999"),
        ["not valid yet"] = With(claims => claims["nbf"] = In(5)),
        ["issued tomorrow"] = With(claims => claims["iat"] = In(1440)),
        ["another audience"] = With(claims => claims["aud"] = "outbox"),
        ["an audience in another case"] = With(claims => claims["aud"] = "Inbox"),
        ["no audience"] = With(claims => claims.Remove("aud")),
        ["another issuer"] = With(claims => claims["iss"] = "https://issuer.example/"),
        ["no issuer"] = With(claims => claims.Remove("iss")),
        ["no subject"] = With(claims => claims.Remove("sub")),
        ["an organisation that is a number"] = With(claims => claims["org"] = 1),
        ["an organisation that is an object"] = With(claims => claims["org"] = new JsonObject { ["slug"] = "x" }),
        ["org twice"] = (inbox, claims) => Raw(inbox, claims.ToJsonString()[..^1] + ",\"org\":\"other\"}"),
        ["org twice, once in escapes"] = (inbox, claims) => Raw(inbox, claims.ToJsonString()[..^1] + ",\"\\u006frg\":\"other\"}"),
        ["roles twice"] = (inbox, claims) => Raw(inbox, claims.ToJsonString()[..^1] + ",\"roles\":[\"platform-admin\"],\"roles\":[]}"),
        ["nested to the depth of 1000"] = (inbox, claims) => Raw(inbox, $"{claims.ToJsonString()[..^1]},\"x\":{new string('[', 1000)}{new string(']', 1000)}}}"),
        ["half a surrogate pair"] = (inbox, claims) => Raw(inbox, claims.ToJsonString()[..^1] + ",\"x\":\"\\ud800\"}"),
        ["9 KiB"] = With(claims => claims["x"] = new string('x', 7 * 1024)),
        ["not a token"] = (_, _) => "token",
        ["nothing"] = (_, _) => "",
    };

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task It_is_refused_by_every_endpoint_and_stores_nothing(string attack)
    {
        var slug = inbox.Tenants["row"];
        var token = All[attack](inbox, Claims(slug));
        var before = await inbox.SendAsync(HttpMethod.Get, $"/v1/organizations/{slug}/documents", inbox.Token(slug));
        var answers = new HashSet<string>();
        foreach (var operation in (await inbox.ReadOperationsAsync()).Where(operation => operation.Statuses.Contains(401)))
        {
            var reply = await inbox.SendAsync(
                operation.Method, operation.Fill(slug, slug, before.DocumentIds.FirstOrDefault()), token, operation.Body, headers: operation.Headers);
            answers.Add(reply.AssertProblem(401).Text);
            Assert.StartsWith("Bearer", reply.Header("WWW-Authenticate"), StringComparison.Ordinal);
        }

        Assert.Single(answers);
        Assert.Equal(before, await inbox.SendAsync(HttpMethod.Get, $"/v1/organizations/{slug}/documents", inbox.Token(slug)));
    }

    [Fact]
    public async Task The_same_token_unchanged_is_taken()
    {
        // The control of all the attacks above.
        var token = DevelopmentTokens.Sign(inbox.Key, Claims(inbox.Tenants["row"]));
        Assert.Equal(200, (await inbox.SendAsync(HttpMethod.Get, $"/v1/organizations/{inbox.Tenants["row"]}/documents", token)).Status);
        Assert.Equal(200, (await inbox.SendAsync(HttpMethod.Get, "/admin/tenants", token)).Status);
        var raw = Raw(inbox, Claims(inbox.Tenants["row"]).ToJsonString());
        Assert.Equal(200, (await inbox.SendAsync(HttpMethod.Get, "/admin/tenants", raw)).Status);
    }

    [Fact]
    public async Task A_token_of_two_organisations_finds_neither_on_any_endpoint()
    {
        var (one, two) = (inbox.Tenants["row"], inbox.Tenants["schema"]);
        foreach (var organizations in (JsonArray[])[[one, two], [two, one], [one, one], []])
        {
            var token = inbox.Token(claims => claims["org"] = organizations);
            foreach (var operation in (await inbox.ReadOperationsAsync()).Where(operation => operation.OfTenant))
                (await inbox.SendAsync(operation.Method, operation.Fill(one), token, operation.Body, headers: operation.Headers)).AssertProblem(404);
        }
    }

    [Fact]
    public async Task Headers_too_large_for_the_server_are_refused_before_anything_reads_them()
    {
        var slug = inbox.Tenants["row"];
        var reply = await inbox.SendAsync(HttpMethod.Get, $"/v1/organizations/{slug}/documents", new string('x', 64 * 1024));
        Assert.Equal(431, reply.Status);
        Assert.Equal(200, (await inbox.SendAsync(HttpMethod.Get, $"/v1/organizations/{slug}/documents", inbox.Token(slug))).Status);
    }

    /// <summary>Claims that would be let in everywhere.</summary>
    static JsonObject Claims(string slug)
    {
        var claims = DevelopmentTokens.Claims("https://issuer.example", "inbox", "mallory", DateTimeOffset.UtcNow, TimeSpan.FromMinutes(30));
        (claims["org"], claims["roles"]) = (slug, new JsonArray("platform-admin"));
        return claims;
    }

    static Func<InboxFixture, JsonObject, string> With(Action<JsonObject> change) => (inbox, claims) =>
    {
        change(claims);
        return DevelopmentTokens.Sign(inbox.Key, claims);
    };

    static string Stranger(JsonObject claims)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return DevelopmentTokens.Sign(key, claims);
    }

    static string Hmac(InboxFixture inbox, JsonObject claims, byte[] secret)
    {
        var signed = $"{Encode(Header(inbox, "HS256"))}.{Encode(claims.ToJsonString())}";
        return $"{signed}.{System.Buffers.Text.Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(signed)))}";
    }

    /// <summary>Signs what no JSON writer would write, with the right key.</summary>
    static string Raw(InboxFixture inbox, string payload)
    {
        var signed = $"{Encode(Header(inbox, "ES256"))}.{Encode(payload)}";
        var signature = inbox.Key.SignData(
            Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return $"{signed}.{System.Buffers.Text.Base64Url.EncodeToString(signature)}";
    }

    static string Header(InboxFixture inbox, string algorithm) =>
        new JsonObject { ["alg"] = algorithm, ["kid"] = DevelopmentTokens.KeyId(inbox.Key) }.ToJsonString();

    static string Signature(InboxFixture inbox) => inbox.Token("x").Split('.')[2];

    static string Encode(string text) => DevelopmentTokens.Encode(text);
}
