using System.Text;
using Tenancy.Ocr.Tests.Support;

namespace Tenancy.Ocr.Tests.Server;

/// <summary>Documents through the typed client, to the sample's server and back.</summary>
public sealed class ReadTests(SharedServer shared) : IClassFixture<SharedServer>
{
    readonly SampleServer _server = shared.Server;

    [ServerFact]
    public async Task An_image_is_read_and_says_by_what()
    {
        await using var host = Host();
        var image = new OcrDocument(await TextFiles.PngAsync("Invoice 4711\nTotal 99.50 EUR"), "image/png");
        var page = (await host.Client.ReadAsync(image, new OcrRequestOptions { Geometry = OcrGeometry.Words, Languages = ["en"] })).Pages.Single();

        Assert.Equal("Invoice 4711\nTotal 99.50 EUR", page.Text);
        Assert.Equal((1, 667, 334, OcrCoordinateSpace.Source), (page.Number, page.Width, page.Height, page.Space));
        Assert.Equal("tesseract", page.Model!.Engine);
        Assert.NotEmpty(page.Model.Version);
        Assert.Equal(["Invoice", "4711"], page.Lines[0].Words.Select(word => word.Text));
        Assert.All(page.Lines, line => Assert.InRange(line.Confidence, 0.5f, 1f));
        var box = page.Lines[0].Box!.Value;
        Assert.True(box is { X: > 0, Y: > 0, Width: > 100, Height: > 10 } && box.X + box.Width < page.Width, box.ToString());
        Assert.Contains(_server.LogOf(page.ServerRequestId!), line => line.Contains("media=image/png", StringComparison.Ordinal));
    }

    [ServerFact]
    public async Task A_PDF_comes_page_by_page_and_no_page_is_rendered_long_before_it_is_read()
    {
        await using var host = Host();
        var seen = new List<OcrPage>();
        var progress = new List<OcrProgress>();
        var document = new OcrDocument(TextFiles.Pdf([.. Enumerable.Range(1, 6).Select(page => $"This is page {page}")]));
        await foreach (var page in host.Client.ReadPagesAsync(document, null, new Reported(progress)))
            seen.Add(page);

        Assert.Equal(Enumerable.Range(1, 6), seen.Select(page => page.Number));
        Assert.All(seen, page => Assert.Equal(($"This is page {page.Number}", 150), (page.Text, page.Dpi)));
        Assert.Equal(new OcrProgress(6, 6), progress[^1]);
        // Before page N has been read, N+1 may be rendered, and N+2 is not.
        var log = string.Join('\n', _server.LogOf(seen[0].ServerRequestId!));
        for (var page = 1; page <= 4; page++)
            Assert.True(At($"read page={page}") < At($"rendered page={page + 2}"), log);

        int At(string text) => log.IndexOf(text + " ", StringComparison.Ordinal) is >= 0 and var found ? found : throw new InvalidOperationException(log);
    }

    [ServerFact]
    public async Task Whoever_leaves_early_leaves_no_work_behind()
    {
        await using var host = Host();
        var document = new OcrDocument(TextFiles.Pdf([.. Enumerable.Range(1, 60).Select(page => $"This is page {page}")]));
        string? id = null;
        await foreach (var page in host.Client.ReadPagesAsync(document))
        {
            id = page.ServerRequestId;
            break;
        }

        await _server.LoggedAsync($"id={id} cancelled");
        Assert.DoesNotContain(_server.LogOf(id!), line => line.Contains("rendered page=60 ", StringComparison.Ordinal));

        // Its child would go on for as long as a page may take.
        var late = await Assert.ThrowsAsync<OcrException>(() => host.Client.ReadAsync(new OcrDocument(TextFiles.Bomb()), new OcrRequestOptions { Timeout = TimeSpan.FromSeconds(1) }));
        Assert.Equal(GrpcStatusCode.DeadlineExceeded, late.Status);
        await SampleServer.GoneAsync(() => _server.Children().Length == 0);
    }

    [ServerFact]
    public async Task Its_examples_can_be_read()
    {
        await using var host = Host();
        var invoice = await host.Client.ReadAsync(new OcrDocument(await ExampleAsync("invoice.png")));
        Assert.Contains("Two torque wrenches", invoice.Text, StringComparison.Ordinal);
        var lease = await host.Client.ReadAsync(new OcrDocument(await ExampleAsync("lease.pdf")));
        string[] words = ["workshop at 12 Quay Street", "A deposit of three months", "The crane in the yard", "Keys are handed back"];
        Assert.All(words.Zip(lease.Pages), page => Assert.Contains(page.First, page.Second.Text, StringComparison.Ordinal));
        Assert.Equal(4, lease.Pages.Count);

        static Task<byte[]> ExampleAsync(string name) => File.ReadAllBytesAsync(Path.Combine(SampleServer.Root, "samples", "ocr-server", "examples", name));
    }

    [ServerFact]
    public async Task What_is_too_large_for_a_message_is_uploaded()
    {
        await using var host = Host();
        var file = TextFiles.Pdf("Large file").Concat(Encoding.ASCII.GetBytes(new string('%', V1Protocol.MostInOneMessage))).ToArray();
        var page = (await host.Client.ReadAsync(new OcrDocument(file))).Pages.Single();
        Assert.Equal("Large file", page.Text);
        Assert.Contains(_server.LogOf(page.ServerRequestId!), line => line.Contains("method=UploadAndRecognize", StringComparison.Ordinal));
    }

    [ServerFact]
    public async Task Its_PaddleX_side_reads_the_same_and_says_by_what()
    {
        await using var host = new OcrHost(options => options.Pools["paddle"] = new OcrPoolOptions { Protocol = OcrProtocol.PaddleX, Servers = { _server.Address.ToString() } });
        var image = (await host.Client.ReadAsync(new OcrDocument(await TextFiles.PngAsync("Invoice 4711")), new OcrRequestOptions { Geometry = OcrGeometry.Words })).Pages.Single();
        Assert.Equal(("Invoice 4711", "tesseract"), (image.Text, image.Model!.Engine));
        Assert.Equal(["Invoice", "4711"], image.Lines.Single().Words.Select(word => word.Text));

        var pdf = await host.Client.ReadAsync(new OcrDocument(TextFiles.Pdf("First page", "Second page")));
        Assert.Equal("First page\fSecond page", pdf.Text);
        Assert.All(pdf.Pages, page => Assert.Equal(144, page.Dpi));
    }

    [ServerFact]
    public async Task Tenants_at_the_same_time_get_their_own_text_each()
    {
        await using var host = new OcrHost(options =>
        {
            options.Pools["v1"] = new OcrPoolOptions { Servers = { _server.Address.ToString() }, ConcurrencyPerServer = 4 };
            options.Pools["paddlex"] = new OcrPoolOptions { Protocol = OcrProtocol.PaddleX, Servers = { _server.Address.ToString() }, ConcurrencyPerServer = 4 };
        }, tenancy: true);
        Tenant[] tenants = [OcrHost.Tenant("acme"), OcrHost.Tenant("globex")];
        await Parallel.ForEachAsync(Enumerable.Range(0, 16), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (number, cancellationToken) =>
        {
            var tenant = tenants[number % 2];
            var token = $"{tenant.Slug} document {1000 + number}";
            var pdf = number % 3 == 0;
            var document = new OcrDocument(pdf ? TextFiles.Pdf($"{token} A", $"{token} B") : await TextFiles.PngAsync($"{token} A"));
            using (host.Tenants.Enter(tenant))
            {
                var result = await host.Client.ReadAsync(document, new OcrRequestOptions { Pool = number % 4 < 2 ? "v1" : "paddlex" }, cancellationToken);
                Assert.Equal(pdf ? $"{token} A\f{token} B" : $"{token} A", result.Text);
            }
        });
    }

    [ServerFact]
    public async Task The_log_has_no_text_of_a_document()
    {
        await using var host = Host();
        var page = (await host.Client.ReadAsync(new OcrDocument(TextFiles.Pdf("Confidential")))).Pages.Single();
        Assert.Equal("Confidential", page.Text);
        Assert.NotEmpty(_server.LogOf(page.ServerRequestId!));
        Assert.DoesNotContain("Confidential", _server.Log, StringComparison.OrdinalIgnoreCase);
    }

    OcrHost Host() => new(options => options.Servers.Add(_server.Address.ToString()));

    sealed class Reported(List<OcrProgress> all) : IProgress<OcrProgress>
    {
        public void Report(OcrProgress value) => all.Add(value);
    }
}
