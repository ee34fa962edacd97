using System.Net.Http.Headers;
using System.Text;
using Inbox.Tests.Hosting;

namespace Inbox.Tests.Api;

/// <summary>Bodies that cannot be right, sent to every endpoint that takes one: a clear problem, and nothing changed.</summary>
[Collection(InboxCollection.Name)]
public sealed class BadBodyTests(InboxFixture inbox)
{
    /// <summary>Wrong for every endpoint. Latin-1, so that bytes that are no UTF-8 can be written.</summary>
    public static TheoryData<string> Bodies { get; } =
    [
        "", " ", "{", "}", "[", "[]", "null", "true", "1", "1e999", "NaN", "\"text\"", "{}x", "{\"title\":}", "{'title':'a'}", "{title:1}",
        "{\"title\":\"a\",}", "{\"title\":\"a\"}{}", "/* */{}", "{\"title\":\"\\ud800\",\"name\":\"\\ud800\"}", "{\"title\":\"\\u00\"}", "{\"title\":\"\n\"}",
        "{\"title\":\"\xff\xfe\",\"name\":\"\xff\xfe\"}", "{\"title\":\"\xed\xa0\x80\",\"name\":\"\xed\xa0\x80\"}", "{\"title\":\"\0\"}", "\0",
        "{\"title\":1,\"body\":2,\"slug\":3}", "{\"title\":1e999}", "{\"title\":true}", "{\"title\":{}}", "{\"title\":[\"a\"]}", "{\"body\":[]}",
        "{\"title\":99999999999999999999999999999999999999}", "{\"title\":\"a\",\"title\":\"b\"}", "{\"title\":\"a\",\"\\u0074itle\":\"b\"}",
        "{\"id\":\"00000000-0000-0000-0000-000000000000\"}", "{\"tenant_id\":\"00000000-0000-0000-0000-000000000000\"}", "{\"__proto__\":{}}", "{\"\":\"\"}",
        "{\"created\":\"0001-01-01T00:00:00Z\"}", "{\"created\":\"999999-12-31T00:00:00Z\"}", "{\"revision\":\"x\"}", "{\"$type\":\"System.String\"}",
        "{\"title\":\"a\\u0000b\",\"body\":\"\",\"name\":\"a\\u0000b\"}", "{\"title\":\"\\u0000\"}", "{\"title\":\"\"}", "{\"title\":\" \\t\"}",
        "{\"title\":null,\"body\":null}",
        new string('[', 100_000), $"{{\"title\":{new string('[', 5000)}{new string(']', 5000)}}}", string.Concat(Enumerable.Repeat("{\"title\":", 5000)),
    ];

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_body_that_cannot_be_right_is_refused_by_every_endpoint(string body)
    {
        foreach (var (path, method, token) in await EndpointsAsync())
        {
            using var request = new HttpRequestMessage(method, path) { Content = new ByteArrayContent(Encoding.Latin1.GetBytes(body)) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(MediaType(method));
            request.Headers.TryAddWithoutValidation("If-Match", "*");
            (await inbox.SendAsync(request, token)).AssertProblem(400);
        }

        await AssertUnchangedAsync();
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("text/json+xml")]
    [InlineData("application/xml")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/octet-stream")]
    [InlineData("*/*")]
    [InlineData("nonsense")]
    [InlineData(null)]
    public async Task Another_media_type_is_refused_by_every_endpoint(string? type)
    {
        foreach (var (path, method, token) in await EndpointsAsync())
        {
            using var request = new HttpRequestMessage(method, path) { Content = new StringContent("""{"title":"a","body":"b"}""") };
            request.Content.Headers.Remove("Content-Type");
            if (type is not null)
                Assert.True(request.Content.Headers.TryAddWithoutValidation("Content-Type", type));
            request.Headers.TryAddWithoutValidation("If-Match", "*");
            (await inbox.SendAsync(request, token)).AssertProblem(415);
        }

        await AssertUnchangedAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_of_more_than_1_MiB_is_refused_by_every_endpoint(bool chunked)
    {
        foreach (var (path, method, token) in await EndpointsAsync())
        {
            using var request = new HttpRequestMessage(method, path)
            {
                Content = new StringContent($$"""{"{{(path.StartsWith("/admin", StringComparison.Ordinal) ? "name" : "body")}}":"{{new string('x', 1024 * 1024)}}"}""", Encoding.UTF8, MediaType(method)),
            };
            request.Headers.TransferEncodingChunked = chunked;
            // Else the connection may be closed on a body that is still being sent, before the answer was read.
            request.Headers.ExpectContinue = true;
            request.Headers.TryAddWithoutValidation("If-Match", "*");
            (await inbox.SendAsync(request, token)).AssertProblem(413);
        }

        await AssertUnchangedAsync();
    }

    [Fact]
    public async Task A_merge_patch_is_needed_to_patch_and_leaves_alone_what_it_does_not_name()
    {
        var (path, token) = (await DocumentAsync(), inbox.Token(inbox.Tenants["row"]));
        using var request = new HttpRequestMessage(HttpMethod.Patch, path) { Content = new StringContent("""{"title":"a"}""", Encoding.UTF8, "application/json") };
        (await inbox.SendAsync(request, token)).AssertProblem(415);
        foreach (var (json, member) in ((string, string)[])[("{}", ""), ("""{"title":null}""", "title"), ("""{"body":null}""", "body"), ("""{"title":" "}""", "title")])
        {
            var reply = await inbox.SendAsync(HttpMethod.Patch, path, token, json, headers: ("If-Match", "*"));
            Assert.Equal([member], reply.AssertProblem(400).Json["errors"]!.AsObject().Select(error => error.Key));
        }

        var changed = await inbox.SendAsync(HttpMethod.Patch, path, token, """{"body":""}""", headers: ("If-Match", "*"));
        Assert.Equal((200, "kept", ""), (changed.Status, (string)changed.Json["title"]!, (string)changed.Json["body"]!));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("null")]
    [InlineData("%27%20or%20%271%27=%271")]
    [InlineData("..%2f..%2f")]
    [InlineData("00000000-0000-0000-0000-00000000000")]
    [InlineData("00000000-0000-0000-0000-0000000000000")]
    [InlineData("ffffffff-ffff-ffff-ffff-ffffffffffff")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("00000000-0000-0000-0000-000000000000%0a")]
    [InlineData("-1")]
    [InlineData("99999999999999999999")]
    [InlineData("%F0%9F%90%98")]
    [InlineData("%ed%a0%80")]
    [InlineData("{id}")]
    [InlineData("*")]
    public async Task A_hostile_id_finds_nothing_on_any_endpoint(string id)
    {
        foreach (var operation in (await inbox.ReadOperationsAsync()).Where(operation => operation.Path.Contains("{id}", StringComparison.Ordinal)))
        {
            var slug = inbox.Tenants["row"];
            var path = operation.Path.Replace("{tenant}", slug, StringComparison.Ordinal).Replace("{id}", id, StringComparison.Ordinal);
            (await inbox.SendAsync(operation.Method, path, inbox.Token(slug), operation.Body, headers: operation.Headers)).AssertProblem(404);
        }
    }

    [Fact]
    public async Task A_twin_of_ones_own_slug_is_an_unknown_tenant()
    {
        var slug = inbox.Tenants["row"];
        var unknown = await inbox.SendAsync(HttpMethod.Get, "/v1/organizations/nobody-has-this/documents", inbox.Token(slug));
        string[] twins =
        [
            slug.ToUpperInvariant(), "T" + slug[1..], slug + "%20", "%20" + slug, slug + ".", slug + "%09", slug.Replace("-", "%E2%80%90", StringComparison.Ordinal),
            slug.Replace("t", "%D1%82", StringComparison.Ordinal), slug + "%E2%80%8D", "%EF%BD%94" + slug[1..], slug.Replace("-", "%252d", StringComparison.Ordinal),
            slug + slug, slug[..^1], slug + "%2f", "a%27;%20drop%20schema%20x;%20--", "pg_catalog", "..%2f" + slug, new string('a', 64), slug + "%EF%BF%BD",
        ];
        foreach (var twin in twins)
            Assert.Equal(unknown, await inbox.SendAsync(HttpMethod.Get, $"/v1/organizations/{twin}/documents", inbox.Token(slug)));
        foreach (var twin in twins)
        {
            var claimed = inbox.Token(claims => claims["org"] = Uri.UnescapeDataString(twin));
            Assert.Equal(unknown, await inbox.SendAsync(HttpMethod.Get, $"/v1/organizations/{slug}/documents", claimed));
        }
    }

    [Theory]
    [InlineData("%00")]
    [InlineData("a%00b")]
    [InlineData("%27%00")]
    [InlineData("a%00%00%00%00")]
    public async Task Not_even_the_demos_hole_lets_a_NUL_break_the_conversation(string title)
    {
        foreach (var kind in (string[])["row", "schema", "database"])
        {
            var (slug, token) = (inbox.Tenants[kind], inbox.Token(inbox.Tenants[kind]));
            (await inbox.SendAsync(HttpMethod.Get, $"/v1/organizations/{slug}/unsafe-search?title={title}", token)).AssertProblem(400);
            Assert.Equal(200, (await inbox.SendAsync(HttpMethod.Get, $"/v1/organizations/{slug}/documents", token)).Status);
        }
    }

    static string MediaType(HttpMethod method) => method == HttpMethod.Patch ? "application/merge-patch+json" : "application/json";

    string? _document;

    async Task<string> DocumentAsync()
    {
        var slug = inbox.Tenants["row"];
        return _document ??= (await inbox.SendAsync(
            HttpMethod.Post, $"/v1/organizations/{slug}/documents", inbox.Token(slug), """{"title":"kept","body":"kept"}""")).Location!;
    }

    /// <summary>Every endpoint that takes a body, with what it needs to get as far as reading it.</summary>
    async Task<(string Path, HttpMethod Method, string Token)[]> EndpointsAsync()
    {
        var (slug, id) = (inbox.Tenants["row"], (await DocumentAsync())[^36..]);
        var endpoints = (await inbox.ReadOperationsAsync()).Where(operation => operation.Body is not null).Select(operation =>
            (operation.Fill(slug, id: id), operation.Method, operation.OfTenant ? inbox.Token(slug) : inbox.Administrator)).ToArray();
        Assert.Equal(4, endpoints.Length);
        return endpoints;
    }

    async Task AssertUnchangedAsync()
    {
        var (slug, path) = (inbox.Tenants["row"], await DocumentAsync());
        var read = await inbox.SendAsync(HttpMethod.Get, path, inbox.Token(slug));
        Assert.Equal(("kept", "kept"), ((string)read.Json["title"]!, (string)read.Json["body"]!));
        var newest = await inbox.SendAsync(HttpMethod.Get, $"/v1/organizations/{slug}/documents?limit=1", inbox.Token(slug));
        Assert.Equal([path[^36..]], newest.DocumentIds);
    }
}
