using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Tenancy.Ocr.Tests.Support;

namespace Tenancy.Benchmarks;

/// <summary>How much of a document's time passes until its first page is there: ten pages of 100 ms each.</summary>
internal static class OcrFirstPage
{
    const int Pages = 10;

    public static async Task RunAsync(Report report, bool quick)
    {
        await using var server = await OcrServer.StartAsync(server =>
        {
            server.Pages = Pages;
            server.BeforePage = (_, _) => Task.Delay(100);
        });
        await using var services = new ServiceCollection().AddLogging()
            .AddPaddleOcr(options => options.Servers.Add(server.Address.ToString())).BuildServiceProvider();
        var client = services.GetRequiredService<IOcrClient>();
        var document = new OcrDocument(Samples.Pdf(Pages));
        var shares = new List<double>();
        for (var round = -1; round < (quick ? 3 : 15); round++)
        {
            var clock = Stopwatch.StartNew();
            TimeSpan? first = null;
            await foreach (var _ in client.ReadPagesAsync(document))
                first ??= clock.Elapsed;
            if (round >= 0)
                shares.Add(first!.Value / clock.Elapsed);
        }

        report.Figure("ocr.first-page.share", Spread.Of(shares));
    }
}
