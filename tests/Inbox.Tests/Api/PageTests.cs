using Inbox.Tests.Hosting;
using Tenancy.TestKit;

namespace Inbox.Tests.Api;

/// <summary>Lists are read page by page: every row once, whatever is added and removed meanwhile.</summary>
[Collection(InboxCollection.Name)]
public sealed class PageTests(InboxFixture inbox)
{
    [Theory]
    [InlineData("row", "-created")]
    [InlineData("row", "created")]
    [InlineData("schema", "-created")]
    [InlineData("schema", "created")]
    [InlineData("database", "-created")]
    [InlineData("database", "created")]
    public async Task Every_document_is_on_one_page(string isolation, string sort)
    {
        var (slug, token, ids) = await FillAsync(isolation, 23);
        if (sort[0] == '-')
            ids.Reverse();

        var (seen, pages) = (new List<string>(), 0);
        var path = $"/v1/organizations/{slug}/documents?sort={sort}&limit=5";
        for (string? next = path; next is not null; pages++)
        {
            var page = await inbox.SendAsync(HttpMethod.Get, next, token);
            Assert.Equal(200, page.Status);
            seen.AddRange(page.DocumentIds);
            next = page.Next is null ? null : $"{path}&cursor={page.Next}";
            Assert.Equal(next is null ? null : $"<{next}>; rel=\"next\"", page.Header("Link"));
        }

        Assert.Equal(ids, seen);
        Assert.Equal(5, pages);
    }

    [Fact]
    public async Task Fifty_are_on_a_page_that_is_not_asked_for_more_and_a_full_last_page_has_no_next()
    {
        var (slug, token, ids) = await FillAsync("row", 51);
        ids.Reverse();
        var path = $"/v1/organizations/{slug}/documents";
        var first = await inbox.SendAsync(HttpMethod.Get, path, token);
        Assert.Equal(ids.Take(50), first.DocumentIds);
        Assert.NotNull(first.Next);
        var all = await inbox.SendAsync(HttpMethod.Get, $"{path}?limit=51", token);
        Assert.Equal(ids, all.DocumentIds);
        Assert.Null(all.Next);
    }

    [Theory]
    [InlineData("row")]
    [InlineData("schema")]
    [InlineData("database")]
    public async Task Rows_added_and_removed_between_pages_neither_repeat_nor_hide_others(string isolation)
    {
        var (slug, token, ids) = await FillAsync(isolation, 12);
        ids.Reverse();
        var path = $"/v1/organizations/{slug}/documents";
        var first = await inbox.SendAsync(HttpMethod.Get, $"{path}?limit=4", token);
        Assert.Equal(ids.Take(4), first.DocumentIds);

        // Before the page: two added, and the very row removed that the cursor stands on. Behind it: one removed.
        await AddAsync(slug, token, "later");
        await AddAsync(slug, token, "later still");
        foreach (var id in (string[])[ids[3], ids[7]])
            Assert.Equal(204, (await inbox.SendAsync(HttpMethod.Delete, $"{path}/{id}", token)).Status);

        var second = await inbox.SendAsync(HttpMethod.Get, $"{path}?limit=4&cursor={first.Next}", token);
        Assert.Equal([ids[4], ids[5], ids[6], ids[8]], second.DocumentIds);
        // With an offset, which is what the cursor is there to replace, a row is on two pages.
        var offset = (await inbox.SendAsync(HttpMethod.Get, $"{path}?limit=8", token)).DocumentIds.Skip(4);
        Assert.NotEqual(second.DocumentIds, offset);
    }

    [Theory]
    [InlineData("row")]
    [InlineData("schema")]
    [InlineData("database")]
    public async Task Documents_of_the_same_moment_are_told_apart(string isolation)
    {
        var (slug, token, ids) = await FillAsync(isolation, 0);
        var database = isolation == "database" ? await inbox.DatabaseOfAsync(slug) : inbox.SharedDatabase;
        var tenant = await inbox.IdOfAsync(slug);
        await PrivateCluster.ExecuteAsync(database,
            $"insert into {await inbox.TableOfAsync(slug)} (tenant_id, title, body, created) " +
            $"select '{tenant}', n::text, '', '2020-02-20 20:20:20.202020Z' from generate_series(1, 9) n");
        var path = $"/v1/organizations/{slug}/documents?limit=2";
        for (string? next = path; next is not null;)
        {
            var page = await inbox.SendAsync(HttpMethod.Get, next, token);
            ids.AddRange(page.DocumentIds);
            next = page.Next is null ? null : $"{path}&cursor={page.Next}";
        }

        Assert.Equal((9, 9), (ids.Count, ids.Distinct().Count()));
    }

    [Theory]
    [InlineData("a=%0d%0aSet-Cookie:%20a=b")]
    [InlineData("%0d%0aSet-Cookie:%20a=b")]
    [InlineData("a=%22%3E%3Chttps://elsewhere.example%3E;%20rel=%22next%22,%20%3C")]
    [InlineData("a=%00")]
    [InlineData("a=%ff")]
    [InlineData("a=ü")]
    [InlineData("Cursor=x&a=b")]
    public async Task What_else_stands_in_the_address_does_not_break_out_of_the_link(string more)
    {
        var (slug, token, ids) = await FillAsync("row", 2);
        var path = $"/v1/organizations/{slug}/documents";
        var page = await inbox.SendAsync(HttpMethod.Get, $"{path}?limit=1&{more}", token);
        if (more.StartsWith("Cursor", StringComparison.Ordinal))
        {
            page.AssertProblem(400);
            return;
        }

        Assert.Equal(200, page.Status);
        var link = page.Header("Link")!;
        Assert.Matches("^</v1/organizations/[a-z0-9-]+/documents\\?[^<>\"\\s]+>; rel=\"next\"$", link);
        Assert.Null(page.Header("Set-Cookie"));
        var second = await inbox.SendAsync(HttpMethod.Get, link[1..link.IndexOf('>', StringComparison.Ordinal)], token);
        Assert.Equal([ids[0]], second.DocumentIds);
    }

    [Fact]
    public async Task Tenants_are_listed_page_by_page()
    {
        var seen = new List<string>();
        for (string? next = "/admin/tenants?limit=2"; next is not null;)
        {
            var page = await inbox.SendAsync(HttpMethod.Get, next, inbox.Administrator);
            Assert.InRange(page.Json["tenants"]!.AsArray().Count, 1, 2);
            seen.AddRange(page.Json["tenants"]!.AsArray().Select(tenant => (string)tenant!["slug"]!));
            next = page.Next is null ? null : $"/admin/tenants?limit=2&cursor={page.Next}";
        }

        Assert.Equal(seen.Order(StringComparer.Ordinal).Distinct(), seen);
        Assert.Superset(inbox.Tenants.Values.ToHashSet(), seen.ToHashSet());
    }

    async Task<(string Slug, string Token, List<string> Ids)> FillAsync(string isolation, int count)
    {
        var slug = await inbox.CreateTenantAsync("starter", isolation);
        var (token, ids) = (inbox.Token(slug), new List<string>());
        for (var i = 0; i < count; i++)
            ids.Add(await AddAsync(slug, token, $"{i}"));
        return (slug, token, ids);
    }

    async Task<string> AddAsync(string slug, string token, string title)
    {
        var added = await inbox.SendAsync(
            HttpMethod.Post, $"/v1/organizations/{slug}/documents", token, $$"""{"title":"{{title}}","body":""}""");
        Assert.Equal(201, added.Status);
        return (string)added.Json["id"]!;
    }
}
