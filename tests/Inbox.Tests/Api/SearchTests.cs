using System.Text;
using System.Text.Json.Nodes;
using Inbox.Tests.Hosting;

namespace Inbox.Tests.Api;

/// <summary>Full-text search, the same for each isolation.</summary>
[Collection(InboxCollection.Name)]
public sealed class SearchTests(InboxFixture inbox)
{
    public static TheoryData<string> Isolations { get; } = ["row", "schema", "database"];

    [Theory]
    [MemberData(nameof(Isolations))]
    public async Task Words_are_found_in_titles_first_and_by_their_stems(string isolation)
    {
        var (slug, token) = await NewTenantAsync(isolation);
        var ids = await AddAsync(slug, token, ("A voyage", "The whale swam and swam."), ("The whales", "Nothing else."), ("Dry land", "A camel."),
            ("Ships", "A whaling ship, and a whale, a whale."));

        var whales = await SearchAsync(slug, token, "whale");
        Assert.Equal(ids[1], Ids(whales)[0]);
        Assert.Equal([ids[0], ids[1], ids[3]], Ids(whales).Order(StringComparer.Ordinal).OrderBy(id => ids.IndexOf(id)));
        var ranks = whales.Json["hits"]!.AsArray().Select(hit => (float)hit!["rank"]!).ToArray();
        Assert.Equal(ranks.OrderDescending(), ranks);
        Assert.Equal([ids[0]], Ids(await SearchAsync(slug, token, "whale swim -camel -ship -nothing or swam")));
        Assert.Equal([ids[3]], Ids(await SearchAsync(slug, token, "\"whaling ship\"")));
        Assert.Equal([ids[2]], Ids(await SearchAsync(slug, token, "CAMELS")));
        foreach (var nothing in (string[])["elephant", "the", "\"ship whaling\"", "-", "\"\"", "&|!():*<->", "' or 1=1 --", "\\", "%", "{}", "a:*"])
            Assert.Empty(Ids(await SearchAsync(slug, token, nothing)));
    }

    [Theory]
    [MemberData(nameof(Isolations))]
    public async Task Hits_are_paged_and_follow_what_is_changed(string isolation)
    {
        var (slug, token) = await NewTenantAsync(isolation);
        var ids = await AddAsync(slug, token, [.. Enumerable.Range(0, 7).Select(i => ("Report", string.Concat(Enumerable.Repeat("tea ", (i % 3) + 1)))), ("Other", "coffee")]);
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await SearchAsync(slug, token, "tea", $"&limit=2{(cursor is null ? "" : $"&cursor={cursor}")}");
            seen.AddRange(Ids(page));
            cursor = page.Next;
            Assert.Equal(cursor is null, page.Header("Link") is null);
        }
        while (cursor is not null);
        Assert.Equal(ids.Take(7).Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));
        Assert.Equal(Ids(await SearchAsync(slug, token, "tea")), seen);

        var path = $"/v1/organizations/{slug}/documents/{ids[7]}";
        Assert.Equal(200, (await inbox.SendAsync(HttpMethod.Patch, path, token, """{"body":"tea"}""", headers: ("If-Match", "*"))).Status);
        Assert.Contains(ids[7], Ids(await SearchAsync(slug, token, "tea")));
        Assert.Empty(Ids(await SearchAsync(slug, token, "coffee")));
        Assert.Equal(204, (await inbox.SendAsync(HttpMethod.Delete, path, token)).Status);
        Assert.DoesNotContain(ids[7], Ids(await SearchAsync(slug, token, "tea")));
    }

    [Theory]
    [InlineData("row", "row-2")]
    [InlineData("row-2", "row")]
    [InlineData("schema", "schema-2")]
    [InlineData("schema", "row")]
    [InlineData("database", "row")]
    [InlineData("row", "database")]
    public async Task No_word_of_another_tenant_is_found_and_no_rank_moves_for_it(string caller, string other)
    {
        var (own, foreign) = (inbox.Tenants[caller], inbox.Tenants[other]);
        var word = $"zq{Guid.NewGuid().ToString("N")[..12]}";
        var mine = await AddAsync(own, inbox.Token(own), ("mine", $"{word} of {own}"));
        var before = await SearchAsync(own, inbox.Token(own), word);
        await AddAsync(foreign, inbox.Token(foreign), ("theirs", $"{word} {word} of {foreign}"), ("theirs", $"{word}only"));
        var after = await SearchAsync(own, inbox.Token(own), word);
        Assert.Equal(mine, Ids(after));
        Assert.Equal(before, after);
        Assert.Empty(Ids(await SearchAsync(own, inbox.Token(own), $"{word}only")));
        Assert.Single(Ids(await SearchAsync(foreign, inbox.Token(foreign), $"{word}only")));
    }

    [Theory]
    [MemberData(nameof(Isolations))]
    public async Task A_snippet_is_safe_markup(string isolation)
    {
        var (slug, token) = await NewTenantAsync(isolation);
        const string body = "<script>alert('x')</script> the <mark>white</mark> \u0002whale\u0003 & \"a\" <img src=x onerror=alert(1)> whale <b";
        await AddAsync(slug, token, ("t", body));
        var hit = Assert.Single((await SearchAsync(slug, token, "whale")).Json["hits"]!.AsArray())!;
        var snippet = (string)hit["snippet"]!;
        Assert.Contains("<mark>whale</mark>", snippet, StringComparison.Ordinal);
        var bare = snippet.Replace("<mark>whale</mark>", "", StringComparison.Ordinal);
        Assert.DoesNotContain("<", bare, StringComparison.Ordinal);
        Assert.DoesNotContain(">", bare, StringComparison.Ordinal);
        Assert.DoesNotContain("\"", bare, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_of_more_words_than_an_index_holds_is_stored_and_its_beginning_found()
    {
        var (slug, token) = await NewTenantAsync("row");
        var text = new StringBuilder("beginning ");
        for (var i = 0; i < 60_000; i++)
            text.Append(char.ConvertFromUtf32(0x20000 + (i % 200))).Append('-').Append(char.ConvertFromUtf32(0x20000 + (i / 200))).Append(' ');
        text.Append("finish");
        // By hand: the JSON writer would escape each of these characters, to thrice its length.
        var added = await inbox.SendAsync(
            HttpMethod.Post, $"/v1/organizations/{slug}/documents", token, $$"""{"title":"many words","body":"{{text}}"}""");
        Assert.True(added.Status == 201, added.ToString());
        List<string> ids = [(string)added.Json["id"]!];
        Assert.Equal(ids, Ids(await SearchAsync(slug, token, "beginning")));
        Assert.Empty(Ids(await SearchAsync(slug, token, "finish")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("?q=")]
    [InlineData("?q=%20")]
    [InlineData("?q=a%00b")]
    [InlineData("?q=%00")]
    public async Task A_search_for_nothing_is_refused(string query)
    {
        var slug = inbox.Tenants["row"];
        var reply = await inbox.SendAsync(HttpMethod.Get, $"/v1/organizations/{slug}/documents/search{query}", inbox.Token(slug));
        Assert.Equal(["q"], reply.AssertProblem(400).Json["errors"]!.AsObject().Select(error => error.Key));
    }

    [Theory]
    [InlineData("%ff%fe")]
    [InlineData("%ed%a0%80")]
    [InlineData("%f0%9f%90%98")]
    [InlineData("%EF%BF%BF")]
    [InlineData("((((((((((")]
    [InlineData("%22%22%22%22%22")]
    [InlineData("-a%20-b%20-c")]
    [InlineData("or%20or%20or")]
    public async Task A_strange_search_is_answered(string q)
    {
        foreach (var kind in (string[])["row", "schema", "database"])
        {
            var slug = inbox.Tenants[kind];
            var reply = await inbox.SendAsync(HttpMethod.Get, $"/v1/organizations/{slug}/documents/search?q={q}", inbox.Token(slug));
            Assert.True(reply.Status == 200, reply.ToString());
        }
    }

    [Fact]
    public async Task A_search_of_two_hundred_characters_is_taken_and_one_more_is_not()
    {
        var (slug, token) = (inbox.Tenants["row"], inbox.Token(inbox.Tenants["row"]));
        await SearchAsync(slug, token, new string('\u0416', 200));
        var reply = await inbox.SendAsync(HttpMethod.Get, $"/v1/organizations/{slug}/documents/search?q={new string('x', 201)}", token);
        reply.AssertProblem(400);
    }

    async Task<(string Slug, string Token)> NewTenantAsync(string isolation)
    {
        var slug = await inbox.CreateTenantAsync("starter", isolation);
        return (slug, inbox.Token(slug));
    }

    async Task<List<string>> AddAsync(string slug, string token, params (string Title, string Body)[] documents)
    {
        var ids = new List<string>();
        foreach (var (title, body) in documents)
        {
            var json = new JsonObject { ["title"] = title, ["body"] = body }.ToJsonString();
            var added = await inbox.SendAsync(HttpMethod.Post, $"/v1/organizations/{slug}/documents", token, json);
            Assert.True(added.Status == 201, added.ToString());
            ids.Add((string)added.Json["id"]!);
        }

        return ids;
    }

    async Task<Reply> SearchAsync(string slug, string token, string q, string more = "")
    {
        var reply = await inbox.SendAsync(
            HttpMethod.Get, $"/v1/organizations/{slug}/documents/search?q={Uri.EscapeDataString(q)}{more}", token);
        Assert.True(reply.Status == 200, reply.ToString());
        return reply;
    }

    static List<string> Ids(Reply reply) => [.. reply.Json["hits"]!.AsArray().Select(hit => (string)hit!["id"]!)];
}
