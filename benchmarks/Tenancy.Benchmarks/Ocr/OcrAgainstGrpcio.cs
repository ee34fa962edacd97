using System.Diagnostics;
using System.Globalization;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using Tenancy.Ocr.Tests.Support;
using Tenancy.Ocr.V1;
using Tenancy.Transport;

namespace Tenancy.Benchmarks;

/// <summary>The whole typed client against grpcio's own, on one server of grpcio: 100 KB there, a page of 30 lines back.</summary>
internal static class OcrAgainstGrpcio
{
    const int ImageBytes = 100_000;

    public static async Task RunAsync(Report report, bool quick)
    {
        if (!PythonProcess.HasGrpc())
        {
            report.Say("grpcio is missing, so there is nothing to compare with. Run: scripts/grpc-peers.sh");
            return;
        }

        var folder = Directory.CreateTempSubdirectory("tenancy-ocr");
        try
        {
            var (descriptor, image) = (Path.Combine(folder.FullName, "ocr.descriptor"), Path.Combine(folder.FullName, "image.png"));
            await File.WriteAllBytesAsync(descriptor, OcrReflection.Descriptor.SerializedData.ToByteArray());
            var content = Samples.Png(new string('x', ImageBytes));
            await File.WriteAllBytesAsync(image, content);
            var script = Path.Combine(AppContext.BaseDirectory, "Ocr", "grpcio.py");
            using var server = new PythonProcess(script, "serve", descriptor);
            var port = await server.ReadAsync();
            using var grpcio = new PythonProcess(script, "drive", descriptor, port, image);
            foreach (var inFlight in new[] { 1, 16 })
                await CompareAsync(report, quick, grpcio, port, new OcrDocument(content), inFlight);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static async Task CompareAsync(Report report, bool quick, PythonProcess grpcio, string port, OcrDocument document, int inFlight)
    {
        var (rounds, seconds) = quick ? (3, 0.7) : (15, 2.0);
        await using var services = new ServiceCollection().AddLogging().AddPaddleOcr(options => options.Pools["grpcio"] = new OcrPoolOptions
        {
            Servers = { $"http://127.0.0.1:{port}" },
            ConcurrencyPerServer = inFlight,
        }).BuildServiceProvider();
        var client = services.GetRequiredService<IOcrClient>();
        using var channel = new HttpGrpcChannel(new GrpcChannelOptions { Address = new Uri($"http://127.0.0.1:{port}") });
        var (rates, medians, cpus, bares) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        // The first round warms both up.
        for (var round = -1; round < rounds; round++)
        {
            (double Rate, double P50, double Cpu) ours = default, theirs = default;
            // What of it is the transport's: the same messages, without checks, queue and results.
            var bare = await DriveAsync(() => BareAsync(channel, document), inFlight, seconds);
            foreach (var first in round % 2 == 0 ? [true, false] : new[] { false, true })
            {
                if (first)
                    ours = await DriveAsync(() => client.ReadAsync(document), inFlight, seconds);
                else
                    theirs = Parse(await grpcio.AskAsync(string.Create(CultureInfo.InvariantCulture, $"{seconds} {inFlight}")));
            }

            if (round < 0)
                continue;
            rates.Add(ours.Rate / theirs.Rate);
            medians.Add(ours.P50 / theirs.P50);
            cpus.Add(ours.Cpu / theirs.Cpu);
            bares.Add(ours.Cpu / bare.Cpu);
            report.Say(string.Create(CultureInfo.InvariantCulture,
                $"{inFlight} in flight: {ours.Rate:N0} against {theirs.Rate:N0} calls/s, p50 {ours.P50:0.00} against {theirs.P50:0.00} ms, client CPU per call {ours.Cpu:N0} against {theirs.Cpu:N0} µs; transport alone {bare.Rate:N0} calls/s, p50 {bare.P50:0.00} ms, {bare.Cpu:N0} µs"));
        }

        var name = inFlight == 1 ? "" : $".{inFlight}";
        report.Figure($"ocr.rps.vs-grpcio{name}", Spread.Of(rates));
        report.Figure($"ocr.p50.vs-grpcio{name}", Spread.Of(medians));
        report.Figure($"ocr.cpu.vs-grpcio{name}", Spread.Of(cpus));
        report.Figure($"ocr.cpu.vs-transport{name}", Spread.Of(bares));
    }

    static Task<RecognizeResponse> BareAsync(HttpGrpcChannel channel, OcrDocument document) => channel.CallAsync(
        V1Methods.Recognize, new RecognizeRequest { Content = UnsafeByteOperations.UnsafeWrap(document.Content), RequestId = "r" },
        new GrpcCallOptions { Timeout = TimeSpan.FromMinutes(1) }, default);

    static async Task<(double Rate, double P50, double Cpu)> DriveAsync(Func<Task> call, int inFlight, double seconds)
    {
        var cpu = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        var times = await Task.WhenAll(Enumerable.Range(0, inFlight).Select(_ => Task.Run(async () =>
        {
            var mine = new List<double>();
            while (clock.Elapsed.TotalSeconds < seconds)
            {
                var since = Stopwatch.GetTimestamp();
                await call();
                mine.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
            }

            return mine;
        })));
        var all = times.SelectMany(mine => mine).Order().ToArray();
        return (all.Length / clock.Elapsed.TotalSeconds, all[all.Length / 2], (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / all.Length);
    }

    static (double Rate, double P50, double Cpu) Parse(string line)
    {
        var parts = line.Split(' ').Select(part => double.Parse(part, CultureInfo.InvariantCulture)).ToArray();
        return (parts[0], parts[1], parts[2]);
    }
}
