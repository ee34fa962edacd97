using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using Tenancy.Ocr.Tests.Support;
using Tenancy.Ocr.V1;
using Tenancy.Transport;

namespace Tenancy.Benchmarks;

/// <summary>Three servers with four workers each, one of them ten times slower, twelve calls in flight: ours against taking turns.</summary>
internal static class OcrSlowServer
{
    const int Workers = 4;
    const int InFlight = 12;

    static readonly TimeSpan Fast = TimeSpan.FromMilliseconds(20);

    public static async Task RunAsync(Report report, bool quick)
    {
        var servers = new List<OcrServer>();
        foreach (var slower in new[] { 1, 1, 10 })
            servers.Add(await OcrServer.StartAsync(server => server.BeforePage = Work(Fast * slower)));
        await using var services = new ServiceCollection().AddLogging().AddPaddleOcr(options =>
        {
            var pool = new OcrPoolOptions { ConcurrencyPerServer = Workers };
            foreach (var server in servers)
                pool.Servers.Add(server.Address.ToString());
            options.Pools["servers"] = pool;
        }).BuildServiceProvider();
        var client = services.GetRequiredService<IOcrClient>();
        var channels = servers.Select(server => new HttpGrpcChannel(new GrpcChannelOptions { Address = server.Address })).ToArray();
        var image = Samples.Png("t");
        var document = new OcrDocument(image);
        var turn = 0;
        var alternation = new Alternation(new Dictionary<string, Func<Random, Task>>
        {
            ["least in flight"] = _ => client.ReadAsync(document),
            ["round-robin"] = _ => channels[(uint)Interlocked.Increment(ref turn) % channels.Length].CallAsync(
                V1Methods.Recognize, new RecognizeRequest { Content = UnsafeByteOperations.UnsafeWrap(image), RequestId = "r" }, GrpcCallOptions.Default, default),
        }, InFlight);
        await alternation.RunAsync(quick ? 2 : 7, TimeSpan.FromSeconds(quick ? 2 : 5));
        foreach (var name in new[] { "least in flight", "round-robin" })
            report.Say($"{name}: {Spread.Of(alternation.Rates(name)).Median:N0} calls per second");
        report.Figure("ocr.slow-server.vs-round-robin", alternation.Ratio("least in flight", "round-robin"));
        foreach (var channel in channels)
            channel.Dispose();
        foreach (var server in servers)
            await server.DisposeAsync();
    }

    /// <summary>A server that works on so many at a time, and lets the others wait, as they do.</summary>
    static Func<Microsoft.AspNetCore.Http.HttpContext, int, Task> Work(TimeSpan time)
    {
        var workers = new SemaphoreSlim(Workers);
        return async (context, _) =>
        {
            await workers.WaitAsync(context.RequestAborted);
            try
            {
                await Task.Delay(time);
            }
            finally
            {
                workers.Release();
            }
        };
    }
}
