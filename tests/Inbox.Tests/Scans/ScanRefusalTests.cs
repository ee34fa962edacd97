using System.Diagnostics;
using System.Net;
using System.Text;
using Inbox.Tests.Hosting;
using Tenancy.Ocr.Tests.Support;

namespace Inbox.Tests.Scans;

/// <summary>What is not taken in: a clear problem, and nothing stored, queued or charged.</summary>
[Collection(InboxCollection.Name)]
public sealed class ScanRefusalTests(ScanWorld world)
{
    static readonly Dictionary<string, (byte[] File, string? MediaType, int Status, string Says)> All = new()
    {
        ["a text"] = ("a text"u8.ToArray(), "text/plain", 415, "PDF"),
        ["JSON"] = ("{}"u8.ToArray(), "application/json", 415, ""),
        ["no media type"] = (Samples.Png("x"), null, 415, "application/pdf"),
        ["nonsense for one"] = (Samples.Png("x"), "nonsense", 415, ""),
        ["a PNG called PDF"] = (Samples.Png("x"), "application/pdf", 415, "Content-Type"),
        ["a zip called PNG"] = ("PK\u0003\u0004 a zip bomb"u8.ToArray(), "image/png", 415, "Content-Type"),
        ["nothing"] = ([], "image/png", 422, "0 bytes"),
        ["half a PNG"] = (Samples.Png("x")[..20], "image/png", 422, "damaged"),
        ["30,000 x 30,000 pixels"] = (Samples.Png("x", 30_000, 30_000), "image/png", 422, "pixels"),
        ["an encrypted PDF"] = (Samples.Pdf(1, "x", encrypted: true), "application/pdf", 422, "password"),
        ["9 pages"] = (Samples.Pdf(9, "x"), "application/pdf", 422, "pages"),
        ["more bytes than the tier allows"] = ([.. Samples.Png("x"), .. new byte[8192]], "image/png", 413, "bytes"),
    };

    public static TheoryData<string> Names { get; } = [.. All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task It_is_refused_before_anything_is_stored(string name)
    {
        var (slug, (file, mediaType, status, says)) = (world.Trial, All[name]);
        foreach (var chunked in (bool[])[false, true])
        {
            using var request = world.Request(HttpMethod.Post, $"/v1/organizations/{slug}/documents/scans", slug);
            request.Content = ScanWorld.File(file, mediaType);
            request.Headers.TransferEncodingChunked = chunked;
            // Else the connection may be closed on a body that is still being sent, before the answer was read.
            request.Headers.ExpectContinue = true;
            using var response = await world.Client.SendAsync(request);
            var reply = (await Reply.ReadAsync(response)).AssertProblem(status);
            Assert.Contains(says, (string)reply.Json["detail"]!, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("Input:", reply.Text, StringComparison.Ordinal);
        }

        await AssertNothingAsync(slug);
    }

    [Fact]
    public async Task What_is_refused_costs_no_page()
    {
        var slug = await TenantAsync();
        foreach (var (file, mediaType, status, _) in All.Values.Where(each => each.Status != 413))
            (await world.UploadAsync(slug, file, mediaType)).AssertProblem(status);
        // All five pages of the day are there.
        await world.WaitForAsync(slug, await world.AcceptAsync(slug, Samples.Pdf(5, "x"), "application/pdf"), "done");
        await world.SendAsync(HttpMethod.Delete, $"/admin/tenants/{slug}", null);
    }

    [Fact]
    public async Task Files_that_come_at_once_are_bounded_together_and_leave_room_for_other_tenants()
    {
        var slug = world.Tenants["database"];
        const int most = 64 << 20;
        using var hold = new CancellationTokenSource();
        Task<HttpResponseMessage> Send()
        {
            var request = world.Request(HttpMethod.Post, $"/v1/organizations/{slug}/documents/scans", slug);
            request.Content = new Trickle(most);
            return world.Client.SendAsync(request, hold.Token);
        }

        var sent = new[] { Send(), Send() };
        Reply crowded;
        for (var since = Stopwatch.StartNew(); (crowded = await world.UploadAsync(slug, Samples.Png("x"), "image/png")).Status == 202; await Task.Delay(50))
        {
            Assert.True(since.Elapsed < ScanWorld.Patience, $"{crowded}");
            // One that came while a small file was in found no room for itself, and is refused while it is still sent.
            for (var i = 0; i < sent.Length; i++)
            {
                if (sent[i].IsCompleted)
                    sent[i] = Send();
            }
        }

        Assert.Equal("1", crowded.AssertProblem(503).Header("Retry-After"));
        var other = world.Tenants["row"];
        await world.WaitForAsync(other, await world.AcceptAsync(other, Samples.Png("x"), "image/png"), "done");

        await hold.CancelAsync();
        foreach (var each in sent)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => each);
        Reply again;
        for (var since = Stopwatch.StartNew(); (again = await world.UploadAsync(slug, Samples.Png("x"), "image/png")).Status != 202; await Task.Delay(50))
            Assert.True(again.Status == 503 && since.Elapsed < ScanWorld.Patience, $"{again}");
        await world.WaitForAsync(slug, (string)again.Json["id"]!, "done");
    }

    /// <summary>A file that is announced and comes so slowly that it never ends.</summary>
    sealed class Trickle : HttpContent
    {
        readonly long _length;

        public Trickle(long length)
        {
            _length = length;
            Headers.TryAddWithoutValidation("Content-Type", "image/png");
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            while (true)
            {
                await stream.WriteAsync(new byte[1024], cancellationToken);
                await stream.FlushAsync(cancellationToken);
                await Task.Delay(100, cancellationToken);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _length;
            return true;
        }
    }

    [Theory]
    [InlineData("?title=")]
    [InlineData("?title=a%00b")]
    [InlineData("?title=%20")]
    public async Task A_title_that_cannot_be_stored_is_named(string query)
    {
        var slug = world.Tenants["row"];
        var reply = (await world.UploadAsync(slug, Samples.Png("x"), "image/png", query)).AssertProblem(400);
        Assert.Equal(["title"], reply.Json["errors"]!.AsObject().Select(error => error.Key));
    }

    [Fact]
    public async Task The_pages_of_a_day_are_counted_by_what_was_read()
    {
        var slug = await TenantAsync();
        // Nobody can count these before they are read: one is held, and two more are charged.
        var uncounted = Encoding.Latin1.GetBytes("%PDF-1.7\n% Token:uncounted\n%%EOF");
        world.Ocr.Pages = 3;
        await world.WaitForAsync(slug, await world.AcceptAsync(slug, uncounted, "application/pdf"), "done");
        await world.WaitForEmptyQueueAsync();
        var refused = (await world.UploadAsync(slug, Samples.Pdf(3, "three"), "application/pdf")).AssertProblem(429);
        Assert.Contains("pages", refused.Text, StringComparison.Ordinal);
        Assert.NotNull(refused.Header("Retry-After"));

        // What fails is given back.
        world.Ocr.Before = (context, _) =>
        {
            context.Response.TrailersOnly(3, "unreadable");
            return Task.FromResult(true);
        };
        try
        {
            await world.WaitForAsync(slug, await world.AcceptAsync(slug, Samples.Pdf(2, "two"), "application/pdf"), "failed");
            await world.WaitForEmptyQueueAsync();
        }
        finally
        {
            world.Ocr.Before = (_, _) => Task.FromResult(false);
        }

        // What was given back travels to the ledger first.
        Reply again;
        for (var since = Stopwatch.StartNew(); (again = await world.UploadAsync(slug, Samples.Pdf(2, "two"), "application/pdf")).Status != 202; await Task.Delay(50))
            Assert.True(again.Status == 429 && since.Elapsed < ScanWorld.Patience, again.ToString());
        await world.WaitForAsync(slug, (string)again.Json["id"]!, "done");
        (await world.UploadAsync(slug, Samples.Png("one"), "image/png")).AssertProblem(429);
        // Six at once are more than a day ever has: waiting does not help.
        var other = await TenantAsync();
        (await world.UploadAsync(other, Samples.Pdf(8, "eight"), "application/pdf")).AssertProblem(403);
        await AssertNothingAsync(other);
        foreach (var each in (string[])[slug, other])
            await world.SendAsync(HttpMethod.Delete, $"/admin/tenants/{each}", null);
    }

    [Fact]
    public async Task Pages_that_only_the_server_could_count_are_held_to_the_tiers_limit_too()
    {
        var slug = await TenantAsync();
        world.Ocr.Pages = 9;
        try
        {
            var id = await world.AcceptAsync(slug, Encoding.Latin1.GetBytes("%PDF-1.7\n% Token:uncounted\n%%EOF"), "application/pdf");
            var failed = await world.WaitForAsync(slug, id, "failed");
            Assert.Contains("more pages", (string)failed.Json["error"]!, StringComparison.Ordinal);
            Assert.Equal(0, (int)failed.Json["pagesDone"]!);
        }
        finally
        {
            world.Ocr.Pages = 3;
        }
    }

    Task<string> TenantAsync() => world.CreateTenantAsync("trial", "row");

    async Task AssertNothingAsync(string slug)
    {
        Assert.Empty((await world.GetAsync(slug, "")).DocumentIds);
        Assert.Empty(await world.QueueAsync($"tenant = '{await world.IdOfAsync(slug)}'"));
    }
}
