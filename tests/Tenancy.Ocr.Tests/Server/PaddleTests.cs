using System.Text.RegularExpressions;
using Tenancy.Ocr.Tests.Support;

namespace Tenancy.Ocr.Tests.Server;

/// <summary>
/// The pool of predictors, driven through PaddleOCR's published API. PaddleOCR itself is not to be had here: what answers is a
/// stand-in, so nothing is said about the real one's text.
/// </summary>
public sealed class PaddleTests
{
    static readonly string StandIn = Path.Combine(AppContext.BaseDirectory, "Server", "standin");

    [ServerFact]
    public async Task Predictors_are_kept_apart_recycled_and_replaced()
    {
        await using var server = await StartAsync("--workers", "2", "--paddle-recycle-pages", "5", "--page-timeout", "5");
        await using var host = new OcrHost(options => options.Pools["paddle"] = new OcrPoolOptions { Servers = { server.Address.ToString() }, ConcurrencyPerServer = 6 });

        var page = (await host.Client.ReadAsync(new OcrDocument(Samples.Png("one")), new OcrRequestOptions { Geometry = OcrGeometry.Words })).Pages.Single();
        Assert.Equal(("one", "paddleocr", "3.0-standin"), (page.Text, page.Model!.Engine, page.Model.Version));
        Assert.Equal((8, new OcrBox(1, 2, 6, 4), true), (page.Width, page.Lines.Single().Box, page.Lines.Single().Words.Single().IsApproximate));
        // Word boxes fail on an empty page: it is read without.
        Assert.Empty((await host.Client.ReadAsync(new OcrDocument(Samples.Png("blank")), new OcrRequestOptions { Geometry = OcrGeometry.Words })).Pages.Single().Lines);

        await Parallel.ForEachAsync(Enumerable.Range(0, 40), new ParallelOptions { MaxDegreeOfParallelism = 6 }, async (number, cancellationToken) =>
            Assert.Equal($"token-{number}", (await host.Client.ReadAsync(new OcrDocument(Samples.Png($"token-{number}")), null, cancellationToken)).Text));
        var recycled = Regex.Matches(server.Log, @"recycled pages=(\d+)");
        Assert.InRange(recycled.Count, 6, 9);
        Assert.All(recycled, match => Assert.Equal("5", match.Groups[1].Value));

        Assert.Equal(GrpcStatusCode.InvalidArgument, await FailAsync("damaged"));
        Assert.Equal(GrpcStatusCode.Unavailable, await FailAsync("crash"));
        Assert.Equal(GrpcStatusCode.Internal, await FailAsync("hang"));
        Assert.Equal("after", (await host.Client.ReadAsync(new OcrDocument(Samples.Png("after")))).Text);

        async Task<GrpcStatusCode> FailAsync(string token) =>
            (await Assert.ThrowsAsync<OcrException>(() => host.Client.ReadAsync(new OcrDocument(Samples.Png(token))))).Status;
    }

    [ServerFact]
    public async Task A_worker_that_has_grown_is_replaced()
    {
        await using var server = await StartAsync("--paddle-recycle-mb", "1");
        await using var host = new OcrHost(options => options.Servers.Add(server.Address.ToString()));
        await host.Client.ReadAsync(new OcrDocument(Samples.Png("one")));
        await server.LoggedAsync("recycled pages=1");
        await host.Client.ReadAsync(new OcrDocument(Samples.Png("two")));
    }

    [ServerFact]
    public async Task Without_PaddleOCR_it_says_what_to_install()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => SampleServer.StartAsync(["--engine", "paddleocr"]));
        Assert.Contains("PaddleOCR is not installed. Install it", error.Message, StringComparison.Ordinal);
    }

    static Task<SampleServer> StartAsync(params string[] flags) =>
        SampleServer.StartAsync(["--engine", "paddleocr", .. flags], ("PYTHONPATH", StandIn));
}
