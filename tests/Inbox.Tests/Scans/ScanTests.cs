using System.Text.Json.Nodes;
using Inbox.Tests.Hosting;
using Tenancy.Ocr.Tests.Support;
using Tenancy.TestKit;

namespace Inbox.Tests.Scans;

/// <summary>Files that are taken in, read and found again, on every isolation; and never by another tenant.</summary>
[Collection(InboxCollection.Name)]
public sealed class ScanTests(ScanWorld world)
{
    [Theory]
    [InlineData("row")]
    [InlineData("schema")]
    [InlineData("database")]
    public async Task A_file_is_accepted_read_and_found_by_its_tenant_alone(string isolation)
    {
        var (slug, mark) = (world.Tenants[isolation], $"mark{Guid.NewGuid():N}");
        var accepted = await world.UploadAsync(slug, Samples.Pdf(3, mark), "application/pdf", "?title=Invoice%2017");
        Assert.True(accepted.Status == 202, accepted.ToString());
        var id = (string)accepted.Json["id"]!;
        Assert.Equal($"/v1/organizations/{slug}/documents/{id}/scan", accepted.Location);
        Assert.Equal(("queued", 3, 0), ((string)accepted.Json["status"]!, (int)accepted.Json["pages"]!, (int)accepted.Json["pagesDone"]!));

        var done = await world.WaitForAsync(slug, id, "done");
        Assert.Equal((3, 3, "application/pdf"), ((int)done.Json["pages"]!, (int)done.Json["pagesDone"]!, (string)done.Json["mediaType"]!));
        var document = await world.GetAsync(slug, $"/{id}");
        Assert.Equal(("Invoice 17", $"{mark}\f{mark}\f{mark}"), ((string)document.Json["title"]!, (string)document.Json["body"]!));
        Assert.Equal(id, (string)Assert.Single((await world.GetAsync(slug, $"/search?q={mark}")).Json["hits"]!.AsArray())!["id"]!);

        var pages = (await world.GetAsync(slug, $"/{id}/scan/pages?limit=2")).Json;
        Assert.Equal([1, 2], pages["pages"]!.AsArray().Select(page => (int)page!["number"]!));
        var rest = (await world.GetAsync(slug, $"/{id}/scan/pages?cursor={pages["next"]}")).Json;
        Assert.Equal((3, null), ((int)Assert.Single(rest["pages"]!.AsArray())!["number"]!, rest["next"]));
        var line = Assert.Single(pages["pages"]![0]!["lines"]!.AsArray())!;
        Assert.Equal((mark, "[1,2,30,2,30,12,1,12]"), ((string)line["text"]!, line["polygon"]!.ToJsonString()));

        foreach (var other in world.Tenants.Values.Where(other => other != slug))
        {
            foreach (var path in (string[])["/scan", "/scan/events", "/scan/pages", ""])
                (await world.GetAsync(other, $"/{id}{path}")).AssertProblem(404);
            Assert.Empty((await world.GetAsync(other, $"/search?q={mark}")).Json["hits"]!.AsArray());
        }

        await world.WaitForEmptyQueueAsync();
    }

    /// <summary>The ids are drawn, so that no two tenants have the same; here the administrator gives them one.</summary>
    [Fact]
    public async Task Tenants_with_the_same_ids_get_their_own_text_each()
    {
        var (id, marks) = (Guid.NewGuid(), world.Tenants.ToDictionary(tenant => tenant.Key, tenant => $"own{tenant.Value.Replace("-", "", StringComparison.Ordinal)}"));
        foreach (var (name, mark) in marks)
        {
            var (database, schema) = await world.PlaceOfAsync(name);
            var tenant = await world.IdOfAsync(world.Tenants[name]);
            var file = Convert.ToHexString(Samples.Pdf(3, mark));
            await PrivateCluster.ExecuteAsync(database,
                $"""
                insert into {schema}.documents (tenant_id, id, title, body) values ('{tenant}', '{id}', 'same', '');
                insert into {schema}.scans (tenant_id, id, media_type, held) values ('{tenant}', '{id}', 'application/pdf', 0);
                insert into {schema}.scan_files (tenant_id, scan_id, content) values ('{tenant}', '{id}', '\x{file}');
                """);
        }

        foreach (var slug in world.Tenants.Values)
            await PrivateCluster.ExecuteAsync(world.CatalogDatabase, $"insert into inbox_queue.scans (tenant, scan, available) values ('{await world.IdOfAsync(slug)}', '{id}', now())");
        foreach (var (name, mark) in marks)
        {
            await world.WaitForAsync(world.Tenants[name], $"{id}", "done");
            Assert.Equal($"{mark}\f{mark}\f{mark}", (string)(await world.GetAsync(world.Tenants[name], $"/{id}")).Json["body"]!);
            var pages = (await world.GetAsync(world.Tenants[name], $"/{id}/scan/pages")).Json["pages"]!.AsArray();
            Assert.Equal([mark, mark, mark], pages.Select(page => (string)page!["text"]!));
        }
    }

    [Fact]
    public async Task The_queue_holds_ids_and_times_only()
    {
        var columns = await TenantPlaces.ReadAsync(world.CatalogDatabase,
            "select column_name || ' ' || data_type from information_schema.columns where table_schema = 'inbox_queue' order by table_name, ordinal_position");
        Assert.Equal(
            [
                "tenant uuid", "scan uuid", "available timestamp with time zone", "lease uuid", "attempts integer",
                "announced timestamp with time zone",
            ], columns);
        // And the login that serves tenants' requests does not get near it.
        Assert.Equal(["false"], await TenantPlaces.ReadAsync(world.CatalogDatabase,
            "select (has_database_privilege('tenancy_app', current_database(), 'connect') or has_schema_privilege('tenancy_app', 'inbox_queue', 'usage'))::text"));
    }

    [Fact]
    public async Task A_text_that_somebody_wrote_meanwhile_stays()
    {
        var slug = world.Tenants["row"];
        var gate = new TaskCompletionSource();
        world.Ocr.BeforePage = (_, _) => gate.Task;
        try
        {
            var id = await world.AcceptAsync(slug, Samples.Png("machine"), "image/png");
            using var request = world.Request(HttpMethod.Put, $"/v1/organizations/{slug}/documents/{id}", slug);
            request.Headers.TryAddWithoutValidation("If-Match", "*");
            request.Content = new StringContent("""{"title":"by hand","body":"written by a person"}""", System.Text.Encoding.UTF8, "application/json");
            using var written = await world.Client.SendAsync(request);
            Assert.Equal(200, (int)written.StatusCode);
            gate.SetResult();
            await world.WaitForAsync(slug, id, "done");
            Assert.Equal("written by a person", (string)(await world.GetAsync(slug, $"/{id}")).Json["body"]!);
        }
        finally
        {
            gate.TrySetResult();
            world.Ocr.BeforePage = (_, _) => Task.CompletedTask;
        }
    }

    [Fact]
    public async Task The_next_scan_is_that_of_the_tenant_of_which_the_fewest_are_read()
    {
        var (busy, other) = (world.Tenants["row"], world.Tenants["row-2"]);
        var gate = new TaskCompletionSource();
        world.Ocr.BeforePage = (_, _) => gate.Task;
        try
        {
            var ids = new List<string>();
            for (var i = 0; i < 6; i++)
                ids.Add(await world.AcceptAsync(busy, Samples.Png($"busy{i}"), "image/png"));
            var last = await world.AcceptAsync(other, Samples.Png("other"), "image/png");
            await ScanWorld.WaitForRowsAsync(world.CatalogDatabase, "select scan::text from inbox_queue.scans where lease is not null", rows => rows.Count == 2);
            gate.SetResult();
            await world.WaitForAsync(other, last, "done");
            foreach (var id in ids)
                await world.WaitForAsync(busy, id, "done");
        }
        finally
        {
            gate.TrySetResult();
            world.Ocr.BeforePage = (_, _) => Task.CompletedTask;
        }

        var requests = world.Ocr.Requests.Select(request => Samples.Token(request.Content.Span)).Where(token => token.StartsWith("busy", StringComparison.Ordinal) || token == "other").ToList();
        // Two workers had the first two of the busy tenant; whoever was free first took the other's.
        Assert.True(requests.IndexOf("other") <= 3, string.Join(' ', requests));
    }
}
