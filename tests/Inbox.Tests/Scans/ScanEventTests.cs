using System.Diagnostics;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Inbox.Tests.Hosting;
using Tenancy.Ocr.Tests.Support;

namespace Inbox.Tests.Scans;

/// <summary>Progress as server-sent events: each step once, to the end and no further.</summary>
[Collection(InboxCollection.Name)]
public sealed class ScanEventTests(ScanWorld world)
{
    [Fact]
    public async Task Each_change_is_sent_and_the_stream_ends_with_the_scan()
    {
        var slug = world.Tenants["schema"];
        var gates = Enumerable.Range(0, 4).Select(_ => new TaskCompletionSource()).ToArray();
        world.Ocr.BeforePage = (_, page) => gates[page].Task;
        try
        {
            var id = await world.AcceptAsync(slug, Samples.Pdf(3, "events"), "application/pdf");
            using var response = await OpenAsync(slug, id);
            Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
            var seen = new List<(string, int)>();
            using var patience = new CancellationTokenSource(ScanWorld.Patience);
            await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync(patience.Token)).EnumerateAsync(patience.Token))
            {
                var scan = JsonNode.Parse(item.Data)!;
                Assert.Equal(item.EventType, (string)scan["status"]!);
                seen.Add((item.EventType, (int)scan["pagesDone"]!));
                // The next page comes only now that this was heard of.
                if (seen[^1].Item2 < 3)
                    gates[seen[^1].Item2 + 1].TrySetResult();
            }

            Assert.Equal([("queued", 0), ("reading", 1), ("reading", 2), ("done", 3)], seen.Where(item => item != ("reading", 3)));
            // Whoever comes too late hears how it ended, once.
            using var late = await OpenAsync(slug, id);
            var last = (await late.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal("event: done", Assert.Single(last, line => line.StartsWith("event:", StringComparison.Ordinal)));
        }
        finally
        {
            Array.ForEach(gates, gate => gate.TrySetResult());
            world.Ocr.BeforePage = (_, _) => Task.CompletedTask;
        }
    }

    [Fact]
    public async Task The_stream_ends_when_the_document_is_removed_and_when_the_tenant_is_suspended()
    {
        var slug = await world.CreateTenantAsync("starter", "row");
        var gate = new TaskCompletionSource();
        world.Ocr.BeforePage = (context, _) => gate.Task.WaitAsync(context.RequestAborted);
        try
        {
            var (removed, kept) = (await world.AcceptAsync(slug, Samples.Png("removed"), "image/png"), await world.AcceptAsync(slug, Samples.Png("kept"), "image/png"));
            using (var response = await OpenAsync(slug, removed))
            {
                var rest = response.Content.ReadAsStringAsync();
                await world.SendAsync(HttpMethod.Delete, $"/v1/organizations/{slug}/documents/{removed}", slug);
                Assert.Contains("queued", await rest.WaitAsync(ScanWorld.Patience), StringComparison.Ordinal);
            }

            using (var response = await OpenAsync(slug, kept))
            {
                var rest = response.Content.ReadAsStringAsync();
                await world.SendAsync(HttpMethod.Post, $"/admin/tenants/{slug}/suspend", null);
                Assert.Contains("queued", await rest.WaitAsync(ScanWorld.Patience), StringComparison.Ordinal);
            }
        }
        finally
        {
            gate.TrySetResult();
            world.Ocr.BeforePage = (_, _) => Task.CompletedTask;
            await world.SendAsync(HttpMethod.Delete, $"/admin/tenants/{slug}", null);
        }
    }

    [Fact]
    public async Task A_caller_who_hangs_up_is_not_sent_for_any_longer()
    {
        var (slug, gate) = (world.Tenants["database"], new TaskCompletionSource());
        world.Ocr.BeforePage = (context, _) => gate.Task.WaitAsync(context.RequestAborted);
        try
        {
            var id = await world.AcceptAsync(slug, Samples.Png("left"), "image/png");
            var finished = new Regex($"Request finished.*{id}/scan/events");
            using (var response = await OpenAsync(slug, id))
            {
                var first = new byte[16];
                await (await response.Content.ReadAsStreamAsync()).ReadExactlyAsync(first);
                Assert.DoesNotMatch(finished, world.Log);
            }

            for (var since = Stopwatch.StartNew(); !finished.IsMatch(world.Log); await Task.Delay(50))
                Assert.True(since.Elapsed < ScanWorld.Patience, world.Log);
            // And its end is no error.
            Assert.DoesNotContain("unhandled exception", world.Log, StringComparison.OrdinalIgnoreCase);
            gate.SetResult();
            await world.WaitForAsync(slug, id, "done");
        }
        finally
        {
            gate.TrySetResult();
            world.Ocr.BeforePage = (_, _) => Task.CompletedTask;
        }
    }

    async Task<HttpResponseMessage> OpenAsync(string slug, string id)
    {
        using var request = world.Request(HttpMethod.Get, $"/v1/organizations/{slug}/documents/{id}/scan/events", slug);
        return await world.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }
}
