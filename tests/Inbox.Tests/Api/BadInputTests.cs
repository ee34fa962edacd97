using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Inbox.Authentication;
using Inbox.Tests.Hosting;

namespace Inbox.Tests.Api;

/// <summary>What cannot be right is a clear 4xx problem, in Production and in Development alike.</summary>
[Collection(InboxCollection.Name)]
public sealed class BadInputTests(InboxFixture inbox)
{
    public static TheoryData<string, string> HostileSlugs { get; } = Both(
        "", "a", "ab", "-abc", "abc-", "ABC", "acme corp", "acme;drop table documents", "' or '1'='1", "../../etc", "äcme",
        "acme\\u0000", "acme\\n", "019d3c1e-0000-7000-8000-000000000000", new string('a', 64), "acme%2e", "<script>", "..", "a.b.c");

    public static TheoryData<string, string> BrokenDocuments { get; } = Both(
        "", " ", "{", "null", "[]", "\"text\"", "1", """{"title":"a","body":"b"} x""", """{"title":"a","body":"b",}""",
        """{"title":"a","body":"b","tenant":"other"}""", """{"title":"a","body":"b","tenant_id":"x"}""", """{"Title":"a","body":"b"}""",
        """{"title":"a","title":"b","body":"c"}""", """{"title":1,"body":"b"}""", """{"title":"a","body":["b"]}""",
        """{"title":"","body":"b"}""", """{"title":"  ","body":"b"}""", """{"body":"b"}""", """{"title":"a"}""", """{"title":null,"body":"b"}""",
        """{"title":"a\u0000","body":"b"}""", """{"title":"a","body":"b\u0000"}""", """{"title":"\ud800","body":"b"}""",
        $$"""{"title":"{{new string('x', 201)}}","body":"b"}""");

    static TheoryData<string, string> Both(params string[] values)
    {
        var data = new TheoryData<string, string>();
        foreach (var environment in (string[])["Production", "Development"])
        {
            foreach (var value in values)
                data.Add(environment, value);
        }

        return data;
    }

    string Documents => $"/v1/organizations/{inbox.Tenants["row"]}/documents";

    string Token => inbox.Token(inbox.Tenants["row"]);

    [Theory]
    [MemberData(nameof(HostileSlugs))]
    public async Task A_hostile_slug_names_no_tenant(string environment, string slug)
    {
        var json = $$"""{"slug":"{{slug}}","name":"Name","tier":"starter"}""";
        var reply = await inbox.SendAsync(HttpMethod.Post, "/admin/tenants", inbox.Administrator, json, environment);
        Assert.NotNull(reply.AssertProblem(400).Json["errors"]!["slug"]);

        var route = $"/v1/organizations/{Uri.EscapeDataString(slug)}/documents";
        var read = await inbox.SendAsync(HttpMethod.Get, route, Token, environment: environment);
        Assert.InRange(read.Status, 400, 404);
        var claimed = await inbox.SendAsync(HttpMethod.Get, Documents, inbox.Token(claims => claims["org"] = slug), environment: environment);
        Assert.InRange(claimed.Status, 400, 404);
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Development")]
    public async Task Every_mistake_in_a_tenant_is_listed(string environment)
    {
        const string json = """{"slug":"A","name":" ","tier":"gold","isolation":"none"}""";
        var reply = await inbox.SendAsync(HttpMethod.Post, "/admin/tenants", inbox.Administrator, json, environment);
        var errors = reply.AssertProblem(400).Json["errors"]!.AsObject();
        Assert.Equal(["isolation", "name", "slug", "tier"], errors.Select(error => error.Key).Order(StringComparer.Ordinal));
        Assert.Contains("enterprise, professional, starter", reply.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tier", "\"Starter\"")]
    [InlineData("tier", "\"\"")]
    [InlineData("tier", "null")]
    [InlineData("isolation", "\"Row\"")]
    [InlineData("isolation", "\"\"")]
    [InlineData("isolation", "\"1\"")]
    [InlineData("name", "\"\\u0000\"")]
    [InlineData("name", "null")]
    public async Task A_wrong_member_of_a_tenant_is_named(string member, string value)
    {
        var body = new JsonObject { ["slug"] = "fine-slug", ["name"] = "Name", ["tier"] = "starter" };
        body[member] = JsonNode.Parse(value);
        var reply = await inbox.SendAsync(HttpMethod.Post, "/admin/tenants", inbox.Administrator, body.ToJsonString());
        Assert.Equal(member, Assert.Single(reply.AssertProblem(400).Json["errors"]!.AsObject()).Key);
    }

    [Theory]
    [InlineData("""{"slug":"fine-slug","name":"N","tier":"starter","isolation":1}""")]
    [InlineData("""{"slug":"fine-slug","name":"N","tier":"starter","id":"x"}""")]
    [InlineData("""{"slug":"fine-slug","slug":"other","name":"N","tier":"starter"}""")]
    [InlineData("{")]
    public async Task A_broken_tenant_is_refused(string json) =>
        (await inbox.SendAsync(HttpMethod.Post, "/admin/tenants", inbox.Administrator, json)).AssertProblem(400);

    [Theory]
    [MemberData(nameof(BrokenDocuments))]
    public async Task A_broken_document_is_refused(string environment, string json) =>
        (await inbox.SendAsync(HttpMethod.Post, Documents, Token, json, environment)).AssertProblem(400);

    [Theory]
    [InlineData("Production", "text/plain")]
    [InlineData("Production", "application/xml")]
    [InlineData("Production", null)]
    [InlineData("Development", "application/x-www-form-urlencoded")]
    [InlineData("Development", null)]
    public async Task Another_content_type_is_refused(string environment, string? type)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Documents)
        {
            Content = new ByteArrayContent("""{"title":"a","body":"b"}"""u8.ToArray()),
        };
        request.Content.Headers.ContentType = type is null ? null : new MediaTypeHeaderValue(type);
        (await inbox.SendAsync(request, Token, environment)).AssertProblem(415);
    }

    [Theory]
    [InlineData("Production", false)]
    [InlineData("Production", true)]
    [InlineData("Development", false)]
    [InlineData("Development", true)]
    public async Task A_body_of_more_than_1_MiB_is_refused(string environment, bool chunked)
    {
        var json = new JsonObject { ["title"] = "big", ["body"] = new string('x', 1024 * 1024) }.ToJsonString();
        using var request = new HttpRequestMessage(HttpMethod.Post, Documents) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        request.Headers.TransferEncodingChunked = chunked;
        request.Headers.ExpectContinue = true;
        (await inbox.SendAsync(request, Token, environment)).AssertProblem(413);

        var fits = new JsonObject { ["title"] = "fits", ["body"] = new string('x', 1000 * 1024) }.ToJsonString();
        Assert.Equal(201, (await inbox.SendAsync(HttpMethod.Post, Documents, Token, fits, environment)).Status);
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Development")]
    public async Task An_id_that_is_no_UUID_finds_nothing(string environment)
    {
        foreach (var id in (string[])["1", "x", "%27%20or%201%3D1", "00000000-0000-0000-0000-00000000000", "null"])
        {
            (await inbox.SendAsync(HttpMethod.Get, $"{Documents}/{id}", Token, environment: environment)).AssertProblem(404);
            (await inbox.SendAsync(HttpMethod.Delete, $"{Documents}/{id}", Token, environment: environment)).AssertProblem(404);
        }
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Development")]
    public async Task Forged_and_expired_tokens_are_refused(string environment)
    {
        var (own, other) = (inbox.Tenants["row"], inbox.Tenants["schema"]);
        var (parts, wanted) = (inbox.Token(own).Split('.'), inbox.Token(other).Split('.')[1]);
        using var stranger = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var claims = DevelopmentTokens.Claims("https://issuer.example", "inbox", "alice", DateTimeOffset.UtcNow, TimeSpan.FromHours(1));
        claims["org"] = other;
        string[] tokens =
        [
            $"{parts[0]}.{wanted}.{parts[2]}",
            $"{DevelopmentTokens.Encode("""{"alg":"none"}""")}.{wanted}.",
            DevelopmentTokens.Sign(stranger, claims),
            inbox.Token(expired => (expired["org"], expired["exp"]) = (other, DateTimeOffset.UtcNow.AddMinutes(-1).ToUnixTimeSeconds())),
            inbox.Token(early => (early["org"], early["nbf"]) = (other, DateTimeOffset.UtcNow.AddMinutes(5).ToUnixTimeSeconds())),
            inbox.Token(elsewhere => (elsewhere["org"], elsewhere["aud"]) = (other, "other")),
            "x", "", inbox.Token(other) + "=",
        ];
        foreach (var token in tokens)
            (await inbox.SendAsync(HttpMethod.Get, $"/v1/organizations/{other}/documents", token, environment: environment)).AssertProblem(401);
        (await inbox.SendAsync(HttpMethod.Get, $"/v1/organizations/{other}/documents", null, environment: environment)).AssertProblem(401);
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Development")]
    public async Task A_token_of_two_organisations_where_one_is_allowed_is_refused(string environment)
    {
        var token = inbox.Token(claims => claims["org"] = new JsonArray(inbox.Tenants["row"], inbox.Tenants["schema"]));
        (await inbox.SendAsync(HttpMethod.Get, Documents, token, environment: environment)).AssertProblem(404);
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Development")]
    public async Task An_unknown_address_or_method_is_a_problem(string environment)
    {
        (await inbox.SendAsync(HttpMethod.Get, "/v1/nothing", Token, environment: environment)).AssertProblem(404);
        (await inbox.SendAsync(HttpMethod.Put, Documents, Token, environment: environment)).AssertProblem(405);
    }

    [Fact]
    public void None_of_it_was_an_error_of_the_server_or_left_a_token_in_the_log()
    {
        Assert.DoesNotContain("Password=", inbox.Log, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("eyJ", inbox.Log, StringComparison.Ordinal);
    }
}
