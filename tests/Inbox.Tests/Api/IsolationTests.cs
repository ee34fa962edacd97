using Inbox.Tests.Hosting;

namespace Inbox.Tests.Api;

/// <summary>One tenant's data never appears for another, whatever is sent.</summary>
[Collection(InboxCollection.Name)]
public sealed class IsolationTests(InboxFixture inbox)
{
    public static TheoryData<string, string> Pairs { get; } = MakePairs();

    static TheoryData<string, string> MakePairs()
    {
        string[] kinds = ["row", "row-2", "schema", "schema-2", "database"];
        var pairs = new TheoryData<string, string>();
        foreach (var caller in kinds)
        {
            foreach (var other in kinds.Where(other => other != caller))
                pairs.Add(caller, other);
        }

        return pairs;
    }

    [Fact]
    public async Task Documents_with_equal_titles_stay_with_their_tenants()
    {
        var owned = new Dictionary<string, HashSet<string>>();
        foreach (var (_, slug) in inbox.Tenants)
            owned[slug] = await FillAsync(slug, ["Minutes", "Budget", "Plans"]);

        foreach (var (slug, ids) in owned)
        {
            var list = await inbox.SendAsync(HttpMethod.Get, Path(slug), inbox.Token(slug));
            Assert.Subset(list.DocumentIds.ToHashSet(), ids);
            foreach (var (_, foreign) in owned.Where(pair => pair.Key != slug))
            {
                Assert.Empty(list.DocumentIds.Intersect(foreign));
                foreach (var id in foreign)
                    (await inbox.SendAsync(HttpMethod.Get, $"{Path(slug)}/{id}", inbox.Token(slug))).AssertProblem(404);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task A_stolen_id_neither_reads_nor_removes(string caller, string other)
    {
        var (thief, victim) = (inbox.Tenants[caller], inbox.Tenants[other]);
        var id = (await FillAsync(victim, ["Secret"])).Single();
        (await inbox.SendAsync(HttpMethod.Get, $"{Path(thief)}/{id}", inbox.Token(thief))).AssertProblem(404);
        (await inbox.SendAsync(HttpMethod.Delete, $"{Path(thief)}/{id}", inbox.Token(thief))).AssertProblem(404);
        Assert.Equal(200, (await inbox.SendAsync(HttpMethod.Get, $"{Path(victim)}/{id}", inbox.Token(victim))).Status);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Another_tenants_route_is_answered_like_an_unknown_one(string caller, string other)
    {
        var token = inbox.Token(inbox.Tenants[caller]);
        foreach (var (method, rest) in ((HttpMethod, string)[])[(HttpMethod.Get, ""), (HttpMethod.Post, ""), (HttpMethod.Delete, $"/{Guid.NewGuid()}")])
        {
            var json = method == HttpMethod.Post ? """{"title":"a","body":"b"}""" : null;
            var foreign = await inbox.SendAsync(method, Path(inbox.Tenants[other]) + rest, token, json);
            var unknown = await inbox.SendAsync(method, Path("nobody-has-this") + rest, token, json);
            Assert.Equal(unknown, foreign.AssertProblem(404));
        }
    }

    [Fact]
    public async Task A_tenant_named_elsewhere_in_the_request_changes_nothing()
    {
        var (own, other) = (inbox.Tenants["row"], inbox.Tenants["row-2"]);
        var foreign = await FillAsync(other, ["Elsewhere"]);
        foreach (var header in (string[])["X-Tenant", "X-Tenant-Id", "Tenant", "X-Org", "X-Forwarded-Host", "X-Original-URL"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Path(own) + $"?tenant={other}&org={other}");
            request.Headers.Add(header, other);
            request.Headers.Add("Cookie", $"tenant={other}");
            var list = await inbox.SendAsync(request, inbox.Token(own));
            Assert.Equal(200, list.Status);
            Assert.Empty(list.DocumentIds.Intersect(foreign));
        }
    }

    [Fact]
    public async Task Requests_of_all_tenants_at_once_do_not_mix()
    {
        var owned = new Dictionary<string, HashSet<string>>();
        foreach (var (_, slug) in inbox.Tenants)
        {
            await FillAsync(slug, ["Mixed"]);
            owned[slug] = [.. (await inbox.SendAsync(HttpMethod.Get, Path(slug), inbox.Token(slug))).DocumentIds];
        }

        var slugs = owned.Keys.ToArray();
        await Parallel.ForEachAsync(Enumerable.Range(0, 600), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            var slug = slugs[i % slugs.Length];
            var list = await inbox.SendAsync(HttpMethod.Get, Path(slug), inbox.Token(slug));
            Assert.True(list.Status == 200 && owned[slug].SetEquals(list.DocumentIds), list.ToString());
        });
    }

    async Task<HashSet<string>> FillAsync(string slug, string[] titles)
    {
        var ids = new HashSet<string>();
        foreach (var title in titles)
        {
            var added = await inbox.SendAsync(HttpMethod.Post, Path(slug), inbox.Token(slug), $$"""{"title":"{{title}}","body":"of {{slug}}"}""");
            Assert.True(added.Status == 201, added.ToString());
            ids.Add((string)added.Json["id"]!);
        }

        return ids;
    }

    static string Path(string slug) => $"/v1/organizations/{slug}/documents";
}
