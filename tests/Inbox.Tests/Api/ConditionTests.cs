using System.Collections.Concurrent;
using Inbox.Tests.Hosting;
using Tenancy.TestKit;

namespace Inbox.Tests.Api;

/// <summary>ETags and conditions by RFC 9110, the same for each isolation.</summary>
[Collection(InboxCollection.Name)]
public sealed class ConditionTests(InboxFixture inbox)
{
    const string Json = """{"title":"new","body":"new"}""";

    public static TheoryData<string> Isolations { get; } = ["row", "schema", "database"];

    [Theory]
    [MemberData(nameof(Isolations))]
    public async Task Each_write_gives_a_new_strong_tag_and_reading_gives_the_same(string isolation)
    {
        var (path, token, tag) = await AddAsync(isolation);
        var tags = new HashSet<string> { tag };
        Assert.Matches("^\"[A-Za-z0-9_-]{22}\"$", tag);
        for (var i = 0; i < 2; i++)
            Assert.Equal(tag, (await inbox.SendAsync(HttpMethod.Get, path, token)).ETag);
        foreach (var (method, json) in ((HttpMethod, string)[])[(HttpMethod.Put, Json), (HttpMethod.Put, Json), (HttpMethod.Patch, """{"title":"newer"}""")])
        {
            var written = await inbox.SendAsync(method, path, token, json, headers: ("If-Match", tag));
            Assert.Equal(200, written.Status);
            tag = written.ETag!;
            Assert.True(tags.Add(tag));
            var read = await inbox.SendAsync(HttpMethod.Get, path, token);
            Assert.Equal((tag, written.Text), (read.ETag, read.Text));
        }

        var end = (await inbox.SendAsync(HttpMethod.Get, path, token)).Json;
        Assert.Equal(("newer", "new"), ((string)end["title"]!, (string)end["body"]!));
        Assert.Equal(204, (await inbox.SendAsync(HttpMethod.Delete, path, token, headers: ("If-Match", tag))).Status);
    }

    [Theory]
    [MemberData(nameof(Isolations))]
    public async Task Who_has_it_already_is_told_so(string isolation)
    {
        var (path, token, tag) = await AddAsync(isolation);
        foreach (var known in (string[])[tag, $"W/{tag}", $"\"other\", {tag}", $"\"a\",W/\"b\" , {tag}", "*"])
        {
            var reply = await inbox.SendAsync(HttpMethod.Get, path, token, headers: ("If-None-Match", known));
            Assert.Equal((304, "", tag), (reply.Status, reply.Text, reply.ETag));
        }

        foreach (var unknown in (string[])["\"other\"", "W/\"other\"", "\"\"", $"\"{tag.Trim('"')}A\"", $"\"{tag.Trim('"').ToUpperInvariant()}\""])
        {
            var reply = await inbox.SendAsync(HttpMethod.Get, path, token, headers: ("If-None-Match", unknown));
            Assert.Equal((200, tag), (reply.Status, reply.ETag));
        }

        (await inbox.SendAsync(HttpMethod.Get, path, token, headers: ("If-Match", "\"other\""))).AssertProblem(412);
        (await inbox.SendAsync(HttpMethod.Get, path, token, headers: ("If-Match", $"W/{tag}"))).AssertProblem(412);
        Assert.Equal(200, (await inbox.SendAsync(HttpMethod.Get, path, token, headers: ("If-Match", tag))).Status);
        // The first condition that fails counts.
        (await inbox.SendAsync(HttpMethod.Get, path, token, headers: [("If-Match", "\"other\""), ("If-None-Match", tag)])).AssertProblem(412);
        var missing = path[..^36] + Guid.NewGuid();
        (await inbox.SendAsync(HttpMethod.Get, missing, token, headers: ("If-None-Match", "*"))).AssertProblem(404);
    }

    [Theory]
    [MemberData(nameof(Isolations))]
    public async Task A_write_over_another_revision_is_refused_and_changes_nothing(string isolation)
    {
        var (path, token, tag) = await AddAsync(isolation);
        foreach (var method in (HttpMethod[])[HttpMethod.Put, HttpMethod.Patch, HttpMethod.Delete])
        {
            var json = method == HttpMethod.Delete ? null : Json;
            foreach (var other in (string[])["\"other\"", $"W/{tag}", $"w/{tag}", "\"\"", $"\"a\", W/{tag}"])
                (await inbox.SendAsync(method, path, token, json, headers: ("If-Match", other))).AssertProblem(412);
            foreach (var none in (string[])[tag, $"W/{tag}", "*"])
                (await inbox.SendAsync(method, path, token, json, headers: [("If-Match", tag), ("If-None-Match", none)])).AssertProblem(412);
            if (method != HttpMethod.Delete)
                (await inbox.SendAsync(method, path, token, json)).AssertProblem(428);
            // A document that is not there is not there, whatever is asked of it.
            foreach (var match in (string[])[tag, "*"])
                (await inbox.SendAsync(method, path[..^36] + Guid.NewGuid(), token, json, headers: ("If-Match", match))).AssertProblem(404);
        }

        var read = await inbox.SendAsync(HttpMethod.Get, path, token);
        Assert.Equal((tag, "old"), (read.ETag, (string)read.Json["title"]!));
        Assert.Equal(200, (await inbox.SendAsync(HttpMethod.Put, path, token, Json, headers: ("If-Match", $"\"a\", {tag}"))).Status);
        Assert.Equal(200, (await inbox.SendAsync(HttpMethod.Put, path, token, Json, headers: ("If-Match", "*"))).Status);
        Assert.Equal(204, (await inbox.SendAsync(HttpMethod.Delete, path, token)).Status);
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("\"abc")]
    [InlineData("abc\"")]
    [InlineData("W/abc")]
    [InlineData("W/*")]
    [InlineData("*, \"a\"")]
    [InlineData("\"a\" \"b\"")]
    [InlineData("\"a\", *")]
    [InlineData("**")]
    [InlineData("")]
    [InlineData(",")]
    [InlineData("\"a\";q=1")]
    [InlineData("'a'")]
    public async Task A_condition_that_cannot_be_read_is_refused_and_not_overlooked(string condition)
    {
        var (path, token, tag) = await AddAsync("row");
        foreach (var header in (string[])["If-Match", "If-None-Match"])
        {
            foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Put, HttpMethod.Patch, HttpMethod.Delete])
            {
                var json = method == HttpMethod.Put || method == HttpMethod.Patch ? Json : null;
                var reply = await inbox.SendAsync(method, path, token, json, headers: (header, condition));
                Assert.NotNull(reply.AssertProblem(400).Json["errors"]![header]);
            }
        }

        Assert.Equal(tag, (await inbox.SendAsync(HttpMethod.Get, path, token)).ETag);
    }

    [Fact]
    public async Task A_list_of_too_many_tags_is_refused()
    {
        var (path, token, tag) = await AddAsync("row");
        var others = string.Join(',', Enumerable.Repeat("\"a\"", 31));
        Assert.Equal(304, (await inbox.SendAsync(HttpMethod.Get, path, token, headers: ("If-None-Match", $"{others},{tag}"))).Status);
        (await inbox.SendAsync(HttpMethod.Get, path, token, headers: ("If-None-Match", $"{others},\"b\",{tag}"))).AssertProblem(400);
    }

    [Theory]
    [MemberData(nameof(Isolations))]
    public async Task Of_writers_who_read_the_same_revision_one_wins_and_no_update_is_lost(string isolation)
    {
        const int writers = 2, rounds = 15;
        var (path, token, _) = await AddAsync(isolation);
        var won = new ConcurrentBag<string>();
        for (var round = 0; round < rounds; round++)
        {
            var tag = (await inbox.SendAsync(HttpMethod.Get, path, token)).ETag!;
            using var start = new Barrier(writers);
            var statuses = await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
            {
                start.SignalAndWait();
                var reply = await inbox.SendAsync(HttpMethod.Patch, path, token, $$"""{"title":"{{round}} by {{writer}}"}""", headers: ("If-Match", tag));
                if (reply.Status == 200)
                    won.Add($"{round} by {writer}");
                return reply.Status;
            })));
            Assert.Equal([200, 412], statuses.Order());
        }

        Assert.Equal(rounds, won.Count);
        var last = (string)(await inbox.SendAsync(HttpMethod.Get, path, token)).Json["title"]!;
        Assert.Contains(last, won);
        Assert.StartsWith($"{rounds - 1} by", last, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_condition_updates_are_lost()
    {
        // The control of the test above: the same two writers, and nobody is told.
        var (path, token, _) = await AddAsync("row");
        foreach (var writer in (string[])["first", "second"])
            Assert.Equal(200, (await inbox.SendAsync(HttpMethod.Patch, path, token, $$"""{"title":"{{writer}}"}""", headers: ("If-Match", "*"))).Status);
        Assert.Equal("second", (string)(await inbox.SendAsync(HttpMethod.Get, path, token)).Json["title"]!);
    }

    [Theory]
    [InlineData("row", "row-2")]
    [InlineData("schema", "schema-2")]
    [InlineData("row", "database")]
    public async Task Equal_documents_of_two_tenants_have_tags_that_tell_nothing_of_each_other(string one, string other)
    {
        var id = Guid.NewGuid();
        var tags = new List<string>();
        foreach (var slug in (string[])[inbox.Tenants[one], inbox.Tenants[other]])
        {
            var database = slug == inbox.Tenants["database"] ? await inbox.DatabaseOfAsync(slug) : inbox.SharedDatabase;
            await PrivateCluster.ExecuteAsync(database,
                $"insert into {await inbox.TableOfAsync(slug)} (tenant_id, id, title, body, created) " +
                $"values ('{await inbox.IdOfAsync(slug)}', '{id}', 'same', 'same', '2020-02-20')");
            tags.Add((await inbox.SendAsync(HttpMethod.Get, $"/v1/organizations/{slug}/documents/{id}", inbox.Token(slug))).ETag!);
        }

        Assert.NotEqual(tags[0], tags[1]);
        // Another tenant's tag for the same id is answered as one that nobody has.
        var path = $"/v1/organizations/{inbox.Tenants[one]}/documents/{id}";
        var token = inbox.Token(inbox.Tenants[one]);
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Put, HttpMethod.Patch, HttpMethod.Delete])
        {
            var json = method == HttpMethod.Put || method == HttpMethod.Patch ? Json : null;
            var foreign = await inbox.SendAsync(method, path, token, json, headers: ("If-Match", tags[1]));
            Assert.Equal(await inbox.SendAsync(method, path, token, json, headers: ("If-Match", "\"nobody\"")), foreign.AssertProblem(412));
        }

        Assert.Equal(200, (await inbox.SendAsync(HttpMethod.Get, path, token, headers: ("If-None-Match", tags[1]))).Status);
    }

    async Task<(string Path, string Token, string Tag)> AddAsync(string isolation)
    {
        var slug = inbox.Tenants[isolation];
        var added = await inbox.SendAsync(
            HttpMethod.Post, $"/v1/organizations/{slug}/documents", inbox.Token(slug), """{"title":"old","body":"old"}""");
        Assert.True(added.Status == 201, added.ToString());
        return (added.Location!, inbox.Token(slug), added.ETag!);
    }
}
