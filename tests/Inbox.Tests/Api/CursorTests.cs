using System.Buffers.Text;
using Inbox.Tests.Hosting;

namespace Inbox.Tests.Api;

/// <summary>A cursor is good for the tenant, list, order and question it was made for. Any other is nonsense, and looks it.</summary>
[Collection(InboxCollection.Name)]
public sealed class CursorTests(InboxFixture inbox)
{
    const string Search = "/search?q=word&limit=1";

    [Theory]
    [InlineData("row", "row-2")]
    [InlineData("row", "schema")]
    [InlineData("schema", "schema-2")]
    [InlineData("schema", "database")]
    [InlineData("database", "row")]
    public async Task Another_tenants_cursor_is_answered_as_nonsense_is(string caller, string other)
    {
        foreach (var query in (string[])["?limit=1", "?limit=1&sort=created", Search])
        {
            var foreign = await CursorAsync(other, query);
            var own = await CursorAsync(caller, query);
            Assert.Equal(200, (await GetAsync(caller, $"{query}&cursor={own}")).Status);
            var nonsense = (await GetAsync(caller, $"{query}&cursor=nonsense")).AssertProblem(400);
            Assert.Equal(["cursor"], nonsense.Json["errors"]!.AsObject().Select(error => error.Key));
            Assert.Equal(nonsense, await GetAsync(caller, $"{query}&cursor={foreign}"));
        }
    }

    [Fact]
    public async Task A_cursor_of_another_list_order_or_question_is_refused()
    {
        var newest = await CursorAsync("row", "?limit=1");
        var hits = await CursorAsync("row", Search);
        var tenants = (await inbox.SendAsync(HttpMethod.Get, "/admin/tenants?limit=1", inbox.Administrator)).Next!;
        var nonsense = (await GetAsync("row", "?limit=1&cursor=nonsense")).AssertProblem(400);
        foreach (var query in (string[])[$"?sort=created&cursor={newest}", $"?cursor={hits}", $"?cursor={tenants}",
                     $"/search?q=word&cursor={newest}", $"/search?q=words&cursor={hits}", $"/search?q=&cursor={hits}"])
            Assert.Contains("cursor", (await GetAsync("row", query)).AssertProblem(400).Json["errors"]!.AsObject().Select(error => error.Key));
        foreach (var cursor in (string[])[newest, hits])
        {
            var reply = await inbox.SendAsync(HttpMethod.Get, $"/admin/tenants?cursor={cursor}", inbox.Administrator);
            Assert.Equal(nonsense.Text, reply.AssertProblem(400).Text);
        }
    }

    [Fact]
    public async Task Whatever_was_done_to_a_cursor_it_is_refused()
    {
        var cursor = await CursorAsync("row", "?limit=1");
        var bytes = Base64Url.DecodeFromChars(cursor);
        var changed = new List<string>
        {
            "", " ", ".", "=", "AAAA", new('A', 54), new('A', 7_000), cursor + "=", cursor + "A", cursor + cursor, cursor[..^1], cursor[1..],
            cursor.ToUpperInvariant(), cursor + "%00", "%00", "%20" + cursor, "' or '1'='1", "🐘", "..%2f..", "0", "-1", "null",
            $"{cursor}&cursor={cursor}",
            Convert.ToBase64String(bytes).Replace("+", "%2B", StringComparison.Ordinal) + "=",
        };
        for (var length = 1; length < bytes.Length; length++)
            changed.Add(Base64Url.EncodeToString(bytes.AsSpan(0, length)));
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var forged = bytes.ToArray();
            forged[bit / 8] ^= (byte)(1 << (bit % 8));
            changed.Add(Base64Url.EncodeToString(forged));
        }

        var answers = new HashSet<Reply>();
        foreach (var text in changed)
            answers.Add((await GetAsync("row", $"?limit=1&cursor={text}")).AssertProblem(400));
        Assert.Single(answers);
        // That the untouched one is taken shows that it was the change that was refused.
        Assert.Equal(200, (await GetAsync("row", $"?limit=1&cursor={cursor}")).Status);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("201")]
    [InlineData("2147483648")]
    [InlineData("99999999999999999999999999")]
    [InlineData("1.0")]
    [InlineData("1e1")]
    [InlineData("0x10")]
    [InlineData("%2B5")]
    [InlineData("%205")]
    [InlineData("٥")]
    [InlineData("five")]
    [InlineData("")]
    [InlineData("NaN")]
    [InlineData("1%00")]
    [InlineData("1&limit=2")]
    public async Task A_limit_out_of_range_is_named(string limit)
    {
        foreach (var path in (string[])[$"?limit={limit}", $"/search?q=word&limit={limit}"])
            Assert.Equal(["limit"], (await GetAsync("row", path)).AssertProblem(400).Json["errors"]!.AsObject().Select(error => error.Key));
        (await inbox.SendAsync(HttpMethod.Get, $"/admin/tenants?limit={limit}", inbox.Administrator)).AssertProblem(400);
    }

    [Theory]
    [InlineData("title")]
    [InlineData("CREATED")]
    [InlineData("")]
    [InlineData("created;drop table documents")]
    [InlineData("created%00")]
    [InlineData("created&sort=-created")]
    public async Task Another_order_is_named(string sort) =>
        Assert.Equal(["sort"], (await GetAsync("row", $"?sort={sort}")).AssertProblem(400).Json["errors"]!.AsObject().Select(error => error.Key));

    [Theory]
    [InlineData("1")]
    [InlineData("200")]
    [InlineData("007")]
    public async Task A_limit_in_range_is_taken(string limit) => Assert.Equal(200, (await GetAsync("row", $"?limit={limit}")).Status);

    /// <summary>The cursor that a page of one row ends with.</summary>
    async Task<string> CursorAsync(string kind, string query)
    {
        var slug = inbox.Tenants[kind];
        for (var i = 0; i < 2; i++)
        {
            await inbox.SendAsync(HttpMethod.Post, $"/v1/organizations/{slug}/documents", inbox.Token(slug), """{"title":"word","body":"word"}""");
        }

        return (await GetAsync(kind, query)).Next!;
    }

    Task<Reply> GetAsync(string kind, string query) => inbox.SendAsync(
        HttpMethod.Get, $"/v1/organizations/{inbox.Tenants[kind]}/documents{query}", inbox.Token(inbox.Tenants[kind]));
}
