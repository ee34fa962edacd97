using System.Text.Json.Nodes;
using Inbox.Tests.Hosting;
using Tenancy.Ocr.Tests.Server;

namespace Inbox.Tests.Scans;

/// <summary>The API and the OCR server of the samples, each a process of its own, on papers that are really read.</summary>
[Collection(InboxCollection.Name)]
public sealed class RealServerTests(ScanWorld world) : IAsyncLifetime
{
    const int Pages = 6;

    SampleServer? _server;

    [ServerFact]
    public async Task An_OCR_server_that_is_killed_while_two_tenants_scan_costs_neither_a_page_nor_mixes_them()
    {
        _server = await SampleServer.StartAsync(["--engine", "tesseract", "--workers", "1", "--page-timeout", "60"]);
        await world.KillApiAsync();
        await world.StartApiAsync(new KeyValuePair<string, string>("Tenancy__Ocr__Servers__0", _server.Address.ToString()), new("Scans__MaxAttempts", "20"));
        var papers = new Dictionary<string, (string Word, string Id)>();
        foreach (var (name, word) in ((string, string)[])[("row", "anvil"), ("database", "stapler")])
        {
            var file = TextFiles.Pdf([.. Enumerable.Range(1, Pages).Select(page => $"The {word} of page {page}\nand nothing more")]);
            papers[world.Tenants[name]] = (word, await world.AcceptAsync(world.Tenants[name], file, "application/pdf", "?title=Paper"));
        }

        foreach (var (slug, (_, id)) in papers.Take(1))
            await world.WaitAsync(slug, id, scan => (int)scan["pagesDone"]! > 0);
        await _server.CrashAsync();
        // The control: it was killed in the middle.
        var states = await Task.WhenAll(papers.Select(paper => world.GetAsync(paper.Key, $"/{paper.Value.Id}/scan")));
        Assert.Contains(states, state => Status(state.Json) != "done");
        await _server.RestartAsync();

        foreach (var (slug, (word, id)) in papers)
        {
            await world.WaitForAsync(slug, id, "done");
            var pages = (await world.GetAsync(slug, $"/{id}/scan/pages")).Json["pages"]!.AsArray();
            Assert.Equal(Enumerable.Range(1, Pages), pages.Select(page => (int)page!["number"]!));
            Assert.All(pages, page => Assert.Equal("tesseract", (string)page!["engine"]!));
            Assert.All(pages, page => Assert.Contains(word, (string)page!["text"]!, StringComparison.OrdinalIgnoreCase));
            foreach (var (other, _) in papers)
            {
                var hits = (await world.GetAsync(other, $"/search?q={word}")).Json["hits"]!.AsArray();
                Assert.Equal(other == slug ? [id] : [], hits.Select(hit => (string)hit!["id"]!));
            }
        }
    }

    static string Status(JsonNode scan) => (string)scan["status"]!;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_server is null)
            return;
        await world.KillApiAsync();
        await _server.DisposeAsync();
        await world.StartApiAsync();
    }
}
