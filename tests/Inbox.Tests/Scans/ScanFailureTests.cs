using System.Diagnostics;
using System.Globalization;
using System.Text;
using Inbox.Tests.Hosting;
using Tenancy.Ocr.Tests.Support;
using Tenancy.TestKit;

namespace Inbox.Tests.Scans;

/// <summary>Whatever is killed in the middle of a document: no page is lost, and none is stored twice.</summary>
[Collection(InboxCollection.Name)]
public sealed class ScanFailureTests(ScanWorld world) : IAsyncLifetime
{
    const string Mark = "survivor";

    /// <summary>Opened when the test is over with it: pages behind the first wait for it.</summary>
    readonly TaskCompletionSource _gate = new();

    /// <summary>Starting an API takes longer than all the rest, so by day one of them is killed.</summary>
    public static TheoryData<string> Isolations { get; } =
        Environment.GetEnvironmentVariable("TENANCY_NIGHTLY") == "1" ? ["row", "schema", "database"] : ["database"];

    [Theory]
    [MemberData(nameof(Isolations))]
    public async Task An_API_that_is_killed_in_the_middle_is_taken_over_where_it_was(string isolation)
    {
        var slug = world.Tenants[isolation];
        HoldAfterFirstPage();
        var id = await world.AcceptAsync(slug, Samples.Pdf(3, Mark), "application/pdf");
        await world.WaitAsync(slug, id, scan => (int)scan["pagesDone"]! == 1);
        await world.KillApiAsync();
        // The control: it was being read, and is not done.
        Assert.Equal([id], await world.QueueAsync("lease is not null"));

        _gate.SetResult();
        var before = world.Ocr.Requests.Count;
        await world.StartApiAsync();
        await world.WaitForAsync(slug, id, "done");
        await AssertReadOnceAsync(isolation, slug, id);
        // What was stored is not read again.
        Assert.Equal([2u], world.Ocr.Requests.Skip(before).Select(request => Math.Max(1, request.Pages?.First ?? 1)).Distinct());
    }

    [Fact]
    public async Task An_OCR_server_that_is_killed_in_the_middle_is_asked_again_when_it_is_back()
    {
        var slug = world.Tenants["schema"];
        HoldAfterFirstPage();
        var id = await world.AcceptAsync(slug, Samples.Pdf(3, Mark), "application/pdf");
        await world.WaitAsync(slug, id, scan => (int)scan["pagesDone"]! == 1);
        await world.KillOcrAsync();
        // Given back, to be taken again.
        await ScanWorld.WaitForRowsAsync(world.CatalogDatabase, $"select scan::text from inbox_queue.scans where scan = '{id}' and lease is null", rows => rows.Count == 1);
        Assert.Equal("reading", (string)(await world.GetAsync(slug, $"/{id}/scan")).Json["status"]!);

        await world.StartOcrAsync();
        await world.WaitForAsync(slug, id, "done");
        await AssertReadOnceAsync("schema", slug, id);
    }

    [Fact]
    public async Task A_document_that_is_never_read_fails_with_words_for_its_tenant_and_frees_the_queue()
    {
        var slug = world.Tenants["row"];
        world.Ocr.Before = (context, _) =>
        {
            context.Response.TrailersOnly(13, "predictor 7 on host ocr-internal crashed");
            return Task.FromResult(true);
        };
        var id = await world.AcceptAsync(slug, Samples.Png(Mark), "image/png");
        var failed = await world.WaitForAsync(slug, id, "failed");
        var error = (string)failed.Json["error"]!;
        Assert.NotEmpty(error);
        Assert.DoesNotContain("ocr-internal", error, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", failed.Text, StringComparison.Ordinal);
        await world.WaitForEmptyQueueAsync();

        world.Ocr.Before = (_, _) => Task.FromResult(false);
        await world.WaitForAsync(slug, await world.AcceptAsync(slug, Samples.Png(Mark), "image/png"), "done");
    }

    [Fact]
    public async Task A_server_that_is_stopped_in_the_middle_says_nothing_of_the_document()
    {
        var slug = world.Tenants["row"];
        var asked = 0;
        world.Ocr.Before = (context, _) =>
        {
            if (Interlocked.Increment(ref asked) > 2)
                return Task.FromResult(false);
            context.Response.TrailersOnly(1, "CANCELLED");
            return Task.FromResult(true);
        };
        await world.WaitForAsync(slug, await world.AcceptAsync(slug, Samples.Png(Mark), "image/png"), "done");
        Assert.Equal(3, asked);
    }

    [Fact]
    public async Task Servers_that_are_away_count_as_no_attempt()
    {
        var slug = world.Tenants["row"];
        await world.KillOcrAsync();
        var id = await world.AcceptAsync(slug, Samples.Png(Mark), "image/png");
        await ScanWorld.WaitForRowsAsync(world.CatalogDatabase,
            $"select scan::text from inbox_queue.scans where scan = '{id}' and lease is null and attempts = 0 and available > now() + interval '3 seconds'", rows => rows.Count == 1);
        await world.StartOcrAsync();
        await PrivateCluster.ExecuteAsync(world.CatalogDatabase, $"update inbox_queue.scans set available = now() where scan = '{id}'");
        await world.WaitForAsync(slug, id, "done");
    }

    [Fact]
    public async Task A_scan_of_a_tenant_without_room_waits_for_it()
    {
        var slug = await world.CreateTenantAsync("small", "row");
        var tenant = await world.IdOfAsync(slug);
        HoldAfterFirstPage();
        var id = await world.AcceptAsync(slug, Samples.Pdf(3, Mark), "application/pdf");
        await world.WaitAsync(slug, id, scan => (int)scan["pagesDone"]! == 1);
        var others = new List<string>();
        Reply reply;
        while ((reply = await AddAsync(slug)).Status == 201)
            others.Add((string)reply.Json["id"]!);
        reply.AssertProblem(403);
        // What is refused leaves nothing in the queue.
        (await world.UploadAsync(slug, Samples.Png(Mark), "image/png")).AssertProblem(403);
        Assert.Equal([id], await world.QueueAsync($"tenant = '{tenant}'"));

        _gate.SetResult();
        var waiting = $"select scan::text from inbox_queue.scans where scan = '{id}' and lease is null and attempts <= 1 and available > now() + interval '30 seconds'";
        await ScanWorld.WaitForRowsAsync(world.CatalogDatabase, waiting, rows => rows.Count == 1);
        var before = world.Ocr.Requests.Count;
        await PrivateCluster.ExecuteAsync(world.CatalogDatabase, $"update inbox_queue.scans set available = now() where scan = '{id}'");
        await ScanWorld.WaitForRowsAsync(world.CatalogDatabase, waiting, rows => rows.Count == 1);
        Assert.Equal(before, world.Ocr.Requests.Count);

        foreach (var other in others)
            Assert.Equal(204, (await world.SendAsync(HttpMethod.Delete, $"/v1/organizations/{slug}/documents/{other}", slug)).Status);
        for (var since = Stopwatch.StartNew(); (reply = await AddAsync(slug)).Status != 201; await Task.Delay(100))
            Assert.True(reply.Status == 403 && since.Elapsed < ScanWorld.Patience, $"{reply}");
        await PrivateCluster.ExecuteAsync(world.CatalogDatabase, $"update inbox_queue.scans set available = now() where scan = '{id}'");
        await world.WaitForAsync(slug, id, "done");
        await world.SendAsync(HttpMethod.Delete, $"/admin/tenants/{slug}", null);
    }

    /// <summary>As PostgreSQL says it where a file cannot grow: the statement is undone, and the server goes on.</summary>
    [Fact]
    public async Task A_disk_that_is_full_loses_nothing_and_is_told_of()
    {
        var slug = world.Tenants["schema"];
        var (database, schema) = await world.PlaceOfAsync("schema");
        var tenant = await world.IdOfAsync(slug);
        HoldAfterFirstPage();
        var id = await world.AcceptAsync(slug, Samples.Pdf(3, Mark), "application/pdf");
        await world.WaitAsync(slug, id, scan => (int)scan["pagesDone"]! == 1);
        await PrivateCluster.ExecuteAsync(database,
            $"""
            create function {schema}.full_disk() returns trigger language plpgsql as
                $$ begin raise exception using errcode = '53100', message = 'could not extend file: No space left on device'; end $$;
            create trigger full_disk before insert on {schema}.scan_pages for each row execute function {schema}.full_disk();
            create trigger full_disk before insert on {schema}.documents for each row execute function {schema}.full_disk();
            """);
        try
        {
            _gate.SetResult();
            await ScanWorld.WaitForRowsAsync(world.CatalogDatabase,
                $"select scan::text from inbox_queue.scans where scan = '{id}' and lease is null and attempts = 0 and available > now() + interval '3 seconds'", rows => rows.Count == 1);
            Assert.Equal("reading", (string)(await world.GetAsync(slug, $"/{id}/scan")).Json["status"]!);
            foreach (var refused in (Reply[])[await world.UploadAsync(slug, Samples.Png(Mark), "image/png"), await AddAsync(slug)])
            {
                Assert.Contains("room", (string)refused.AssertProblem(503).Json["detail"]!, StringComparison.Ordinal);
                Assert.Equal("60", refused.Header("Retry-After"));
            }

            Assert.Equal([id], await world.QueueAsync($"tenant = '{tenant}'"));
        }
        finally
        {
            await PrivateCluster.ExecuteAsync(database, $"drop function {schema}.full_disk() cascade");
        }

        await PrivateCluster.ExecuteAsync(world.CatalogDatabase, $"update inbox_queue.scans set available = now() where scan = '{id}'");
        await world.WaitForAsync(slug, id, "done");
        await AssertReadOnceAsync("schema", slug, id);
    }

    [Fact]
    public async Task A_document_over_which_its_readers_are_killed_is_given_up()
    {
        var slug = world.Tenants["row"];
        world.Ocr.BeforePage = (context, _) => _gate.Task.WaitAsync(context.RequestAborted);
        var id = await world.AcceptAsync(slug, Samples.Png(Mark), "image/png");
        await ScanWorld.WaitForRowsAsync(world.CatalogDatabase, $"select scan::text from inbox_queue.scans where scan = '{id}' and lease is not null", rows => rows.Count == 1);
        await world.KillApiAsync();
        // As if it had been the last of many.
        await PrivateCluster.ExecuteAsync(world.CatalogDatabase, $"update inbox_queue.scans set attempts = 3 where scan = '{id}'");
        await world.StartApiAsync();
        var failed = await world.WaitForAsync(slug, id, "failed");
        Assert.Contains("too often", (string)failed.Json["error"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_document_that_is_removed_while_it_is_read_ends_the_reading_and_leaves_nothing()
    {
        var slug = world.Tenants["database"];
        var ended = new TaskCompletionSource();
        world.Ocr.BeforePage = async (context, page) =>
        {
            if (page < 2)
                return;
            try
            {
                await _gate.Task.WaitAsync(context.RequestAborted);
            }
            catch (OperationCanceledException)
            {
                ended.TrySetResult();
                throw;
            }
        };
        var id = await world.AcceptAsync(slug, Samples.Pdf(3, Mark), "application/pdf");
        await world.WaitAsync(slug, id, scan => (int)scan["pagesDone"]! == 1);
        Assert.Equal(204, (await world.SendAsync(HttpMethod.Delete, $"/v1/organizations/{slug}/documents/{id}", slug)).Status);
        (await world.GetAsync(slug, $"/{id}/scan")).AssertProblem(404);
        await ended.Task.WaitAsync(ScanWorld.Patience);
        await world.WaitForEmptyQueueAsync();
        var (database, schema) = await world.PlaceOfAsync("database");
        foreach (var (table, column) in ((string, string)[])[("documents", "id"), ("scans", "id"), ("scan_files", "scan_id"), ("scan_pages", "scan_id")])
            Assert.Equal(["0"], await TenantPlaces.ReadAsync(database, $"select count(*) from {schema}.{table} where {column} = '{id}'"));
    }

    /// <summary>Each of the three steps of taking a file in, as a kill behind it leaves things.</summary>
    [Fact]
    public async Task Wherever_taking_in_was_killed_the_scan_is_read_or_was_never_there()
    {
        var slug = world.Tenants["row"];
        var tenant = await world.IdOfAsync(slug);
        var (database, schema) = await world.PlaceOfAsync("row");
        var (young, old, written) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        // Announced and no rows: kept while they may still be written, dropped when they cannot be any more.
        await PrivateCluster.ExecuteAsync(world.CatalogDatabase,
            $"""
            insert into inbox_queue.scans (tenant, scan, available, announced) values
                ('{tenant}', '{young}', now(), now()), ('{tenant}', '{old}', now(), now() - interval '2 hours')
            """);
        await ScanWorld.WaitForRowsAsync(world.CatalogDatabase, $"select scan::text from inbox_queue.scans where scan = '{old}'", rows => rows.Count == 0);
        await ScanWorld.WaitForRowsAsync(world.CatalogDatabase,
            $"select scan::text from inbox_queue.scans where scan = '{young}' and available > now() + interval '1 minute' and lease is null and attempts = 0", rows => rows.Count == 1);
        // Announced and written, never woken: it wakes by itself.
        await PrivateCluster.ExecuteAsync(world.CatalogDatabase,
            $"insert into inbox_queue.scans (tenant, scan, available) values ('{tenant}', '{written}', now() + interval '1 second')");
        await PrivateCluster.ExecuteAsync(database,
            $"""
            insert into {schema}.documents (tenant_id, id, title, body) values ('{tenant}', '{written}', 'written', '');
            insert into {schema}.scans (tenant_id, id, media_type, held) values ('{tenant}', '{written}', 'application/pdf', 0);
            insert into {schema}.scan_files (tenant_id, scan_id, content) values ('{tenant}', '{written}', '\x{Convert.ToHexString(Samples.Pdf(3, Mark))}');
            """);
        await world.WaitForAsync(slug, $"{written}", "done");
        await PrivateCluster.ExecuteAsync(world.CatalogDatabase, $"delete from inbox_queue.scans where scan = '{young}'");
    }

    [Fact]
    public async Task A_suspended_tenants_scan_waits_and_a_deleted_ones_is_dropped()
    {
        var slug = await world.CreateTenantAsync("starter", "row");
        var tenant = await world.IdOfAsync(slug);
        await world.SendAsync(HttpMethod.Post, $"/admin/tenants/{slug}/suspend", null);
        await PrivateCluster.ExecuteAsync(world.CatalogDatabase, $"insert into inbox_queue.scans (tenant, scan, available) values ('{tenant}', gen_random_uuid(), now())");
        await ScanWorld.WaitForRowsAsync(world.CatalogDatabase,
            $"select scan::text from inbox_queue.scans where tenant = '{tenant}' and available > now() and lease is null and attempts = 0", rows => rows.Count == 1);
        await world.SendAsync(HttpMethod.Delete, $"/admin/tenants/{slug}", null);
        await PrivateCluster.ExecuteAsync(world.CatalogDatabase, $"update inbox_queue.scans set available = now() where tenant = '{tenant}'");
        await world.WaitForEmptyQueueAsync();
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _gate.TrySetResult();
        world.Ocr.Before = (_, _) => Task.FromResult(false);
        world.Ocr.BeforePage = (_, _) => Task.CompletedTask;
        await PrivateCluster.ExecuteAsync(world.CatalogDatabase, "delete from inbox_queue.scans");
    }

    Task<Reply> AddAsync(string slug) => world.SendAsync(
        HttpMethod.Post, $"/v1/organizations/{slug}/documents", slug, new StringContent("""{"title":"t","body":"b"}""", Encoding.UTF8, "application/json"));

    void HoldAfterFirstPage() => world.Ocr.BeforePage = (context, page) => page < 2 ? Task.CompletedTask : _gate.Task.WaitAsync(context.RequestAborted);

    async Task AssertReadOnceAsync(string isolation, string slug, string id)
    {
        Assert.Equal($"{Mark}\f{Mark}\f{Mark}", (string)(await world.GetAsync(slug, $"/{id}")).Json["body"]!);
        var (database, schema) = await world.PlaceOfAsync(isolation);
        var numbers = await TenantPlaces.ReadAsync(database, $"select number from {schema}.scan_pages where scan_id = '{id}' order by number");
        Assert.Equal([1, 2, 3], numbers.Select(number => int.Parse(number, CultureInfo.InvariantCulture)));
        await world.WaitForEmptyQueueAsync();
    }
}
