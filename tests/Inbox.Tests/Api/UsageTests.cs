using System.Diagnostics;
using System.Text.Json.Nodes;
using Inbox.Tests.Hosting;
using Inbox.Tests.Scans;
using Tenancy.Ocr.Tests.Support;
using Tenancy.TestKit;

namespace Inbox.Tests.Api;

/// <summary>What a tenant used, as it sees it and as the administration does.</summary>
[Collection(InboxCollection.Name)]
public sealed class UsageTests(InboxFixture inbox, ScanWorld world)
{
    const int Added = 5;

    [Theory]
    [InlineData("starter", "row")]
    [InlineData("professional", "schema")]
    [InlineData("enterprise", "database")]
    public async Task Each_tenant_sees_what_it_used_and_the_administrator_sees_the_same(string tier, string isolation)
    {
        var (busy, idle) = (await inbox.CreateTenantAsync(tier, isolation), await inbox.CreateTenantAsync(tier, isolation));
        for (var i = 0; i < Added; i++)
            Assert.Equal(201, (await inbox.SendAsync(HttpMethod.Post, $"/v1/organizations/{busy}/documents", inbox.Token(busy), """{"title":"a","body":"b"}""")).Status);
        await inbox.SendAsync(HttpMethod.Get, $"/v1/organizations/{idle}/documents", inbox.Token(idle));

        var own = await UntilAsync(() => inbox.SendAsync(HttpMethod.Get, Path(busy), inbox.Token(busy)), used => Sum(used, "requests") > Added);
        Assert.Equal("hour", (string)own["period"]!);
        Assert.True(Sum(own, "rows") >= Added && Sum(own, "databaseSeconds") > 0, own.ToJsonString());
        Assert.Equal((0d, 0d), (Sum(own, "rejections"), Sum(own, "pages")));
        var neighbour = await UntilAsync(() => inbox.SendAsync(HttpMethod.Get, Path(idle), inbox.Token(idle)), used => Sum(used, "requests") > 0);
        Assert.True(Sum(neighbour, "rows") < Added, neighbour.ToJsonString());

        // The day has all that its hours have, or two days have, where the hour before was yesterday's.
        var days = await inbox.SendAsync(HttpMethod.Get, $"/admin/tenants/{busy}/usage?period=day&last=2", inbox.Administrator);
        Assert.True(days.Status == 200, days.ToString());
        Assert.Equal(Sum(own, "rows"), Sum(days.Json, "rows"));
        Assert.True((long)days.Json["storage"]!["bytes"]! > 0 && (bool)days.Json["storage"]!["isExact"]!, days.ToString());
        Assert.Empty(days.Json["forecasts"]!.AsArray());
        var quotas = days.Json["quotas"]!.AsArray().Select(quota => (string)quota!["name"]!);
        Assert.Equal(tier == "enterprise" ? (string[])[] : ["pages-day"], quotas);
    }

    [Fact]
    public async Task A_quota_that_will_be_reached_is_foretold_to_the_administrator()
    {
        var slug = await world.CreateTenantAsync("starter", "row");
        var id = await world.IdOfAsync(slug);
        // Ten pages more each day, and 500 are allowed: in five days.
        await PrivateCluster.ExecuteAsync(world.CatalogDatabase,
            $"insert into tenancy_usage.days (tenant, bucket, pages) select '{id}', date_trunc('day', now(), 'UTC') - n * interval '1 day', 450 - 10 * n from generate_series(1, 30) as n");
        var before = DateOnly.FromDateTime(DateTime.UtcNow);
        var seen = await world.SendAsync(HttpMethod.Get, $"/admin/tenants/{slug}/usage?period=day&last=31", null);
        Assert.True(seen.Status == 200, seen.ToString());
        // Today is there as well, once a request of the tenant's was written down.
        Assert.Equal(30, seen.Json["used"]!.AsArray().Count(used => (double)used!["pages"]! > 0));
        Assert.Equal(30 * 450 - 10 * 465, Sum(seen.Json, "pages"));
        var forecast = Assert.Single(seen.Json["forecasts"]!.AsArray())!;
        Assert.Equal(("pages-day", 500), ((string)forecast["name"]!, (int)forecast["quota"]!));
        // Nobody promises that the day does not end meanwhile.
        Assert.InRange(DateOnly.Parse((string)forecast["reached"]!, System.Globalization.CultureInfo.InvariantCulture), before.AddDays(4), before.AddDays(6));
    }

    [Fact]
    public async Task Pages_that_were_read_are_counted_once()
    {
        var slug = await world.CreateTenantAsync("starter", "row");
        await world.WaitForAsync(slug, await world.AcceptAsync(slug, Samples.Pdf(3, "three"), "application/pdf"), "done");
        var path = Path(slug);
        await UntilAsync(() => world.SendAsync(HttpMethod.Get, path, slug), used => Sum(used, "pages") >= 3);
        // Whatever is counted twice would be there by the time that the next one is.
        await world.WaitForAsync(slug, await world.AcceptAsync(slug, Samples.Png("one"), "image/png"), "done");
        var all = await UntilAsync(() => world.SendAsync(HttpMethod.Get, path, slug), used => Sum(used, "pages") >= 4);
        Assert.Equal(4, Sum(all, "pages"));
        Assert.Equal(496, (int)Assert.Single(all["quotas"]!.AsArray())!["remaining"]!);
    }

    [Fact]
    public async Task What_is_asked_wrongly_is_named_and_who_is_not_there_has_used_nothing()
    {
        var slug = inbox.Tenants["row"];
        foreach (var (path, token) in new[] { ($"/v1/organizations/{slug}/usage", inbox.Token(slug)), ($"/admin/tenants/{slug}/usage", inbox.Administrator) })
        {
            foreach (var last in (string[])["0", "367", "-1", "1.5", "%201", "1%00", "99999999999", ""])
            {
                var reply = await inbox.SendAsync(HttpMethod.Get, $"{path}?period=week&last={last}", token);
                Assert.Equal(["last", "period"], reply.AssertProblem(400).Json["errors"]!.AsObject().Select(error => error.Key).Order(StringComparer.Ordinal));
            }
        }

        (await inbox.SendAsync(HttpMethod.Get, "/admin/tenants/nobody-at-all/usage", inbox.Administrator)).AssertProblem(404);
    }

    static string Path(string slug) => $"/v1/organizations/{slug}/usage?last=2";

    static double Sum(JsonNode usage, string of) => usage["used"]!.AsArray().Sum(used => (double)used![of]!);

    /// <summary>What was used is written every second.</summary>
    static async Task<JsonNode> UntilAsync(Func<Task<Reply>> ask, Func<JsonNode, bool> until)
    {
        for (var since = Stopwatch.StartNew(); ; await Task.Delay(100))
        {
            var reply = await ask();
            Assert.True(reply.Status == 200, reply.ToString());
            if (until(reply.Json))
                return reply.Json;
            Assert.True(since.Elapsed < ScanWorld.Patience, reply.ToString());
        }
    }
}
