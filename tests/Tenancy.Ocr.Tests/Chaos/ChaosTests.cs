using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Tenancy.Ocr.Tests.Support;

namespace Tenancy.Ocr.Tests.Chaos;

/// <summary>
/// Servers that are killed, hung, slow, that answer garbage or go away, while many tenants read. Every call ends with its
/// own text or one clear error, in time, and nobody gets another's.
/// </summary>
public sealed class ChaosTests
{
    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    const int Tenants = 20;

    /// <summary>How much longer than its time a call may take to say so, on a machine that does other things as well.</summary>
    static readonly TimeSpan Slack = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Every_call_ends_with_its_own_text_or_one_clear_error()
    {
        var calls = Environment.GetEnvironmentVariable("TENANCY_NIGHTLY") == "1" ? 10_000 : 1_200;
        using var stop = new CancellationTokenSource();
        await using var slow = await OcrServer.StartAsync(server => server.BeforePage = (_, _) => Task.Delay(50));
        await using var hanging = await OcrServer.StartAsync(server => server.BeforePage = (context, _) =>
            Random.Shared.Next(20) == 0 ? Task.Delay(System.Threading.Timeout.Infinite, context.RequestAborted) : Task.Delay(5));
        await using var mad = await OcrServer.StartAsync(server => server.Before = Garbage);
        await using var leaving = await OcrServer.StartAsync(server => server.BeforePage = async (context, _) =>
        {
            await Task.Delay(5);
            // GOAWAY for the connection that this call came on; calls on it go on.
            if (Random.Shared.Next(10) == 0)
                context.Features.Get<Microsoft.AspNetCore.Connections.Features.IConnectionLifetimeNotificationFeature>()?.RequestClose();
        });
        var mortal = await MortalServer.StartAsync();
        var dying = mortal.LiveAndDieAsync(stop.Token);
        await using var host = new OcrHost(options =>
        {
            OcrHost.Add(options, slow, hanging, mad, leaving);
            options.Servers.Add(mortal.Address.ToString());
            options.Timeout = Timeout;
            options.PageTimeout = TimeSpan.FromSeconds(1);
            options.Queue.MaxCalls = 200;
        }, tenancy: true);

        var ends = new ConcurrentBag<string>();
        var most = 0;
        var pool = host.Pool();
        await Parallel.ForEachAsync(Enumerable.Range(0, calls), new ParallelOptions { MaxDegreeOfParallelism = 60 }, async (number, end) =>
        {
            var tenant = OcrHost.Tenant($"tenant-{number % Tenants}");
            var token = $"{tenant.Slug}-{number}";
            var since = Stopwatch.GetTimestamp();
            using (host.Tenants.Enter(tenant))
            {
                try
                {
                    var pdf = number % 5 == 0;
                    var result = await host.Client.ReadAsync(new OcrDocument(pdf ? Samples.Pdf(3, token) : Samples.Png(token)), cancellationToken: end);
                    Assert.Equal(pdf ? [1, 2, 3] : [1], result.Pages.Select(page => page.Number));
                    Assert.All(result.Pages, page => Assert.Equal(token, page.Text));
                    ends.Add("read");
                }
                catch (OcrException e)
                {
                    Assert.NotEqual(GrpcStatusCode.Ok, e.Status);
                    Assert.NotEmpty(e.Message);
                    ends.Add(e.Status.ToString());
                }
            }

            var took = Stopwatch.GetElapsedTime(since);
            Assert.True(took < Timeout + Slack, $"Call {number} took {took}.");
            most = Math.Max(most, pool.Waiting);
        });
        await stop.CancelAsync();
        await dying;

        Assert.Equal(calls, ends.Count);
        Assert.InRange(most, 0, 200);
        Assert.Equal((0, 0L, 0), (pool.Waiting, pool.WaitingBytes, pool.InFlight));
        // Most servers are well: so must most calls be.
        var read = ends.Count(end => end == "read");
        Assert.True(read > calls * 0.9, string.Join(", ", ends.GroupBy(end => end).Select(group => $"{group.Key}: {group.Count()}")));
    }

    [Fact]
    public async Task The_check_can_fail()
    {
        // A server that gives everybody the text of whoever came first, as predictors shared between threads do.
        byte[]? first = null;
        await using var mixed = await OcrServer.StartAsync(server => server.Before = async (context, _) =>
        {
            var request = await context.Request.ReadMessageAsync(V1.RecognizeRequest.Parser);
            first ??= request.Content.ToByteArray();
            request.Content = Google.Protobuf.ByteString.CopyFrom(first);
            context.Response.Begin();
            await context.Response.SendAsync(new V1.RecognizeResponse { RequestId = request.RequestId, Pages = { OcrServer.Read(request, 1) } });
            context.Response.End();
            return true;
        });
        await using var host = OcrHost.Of(mixed);
        Assert.Equal("one", (await host.Client.ReadAsync(new OcrDocument(Samples.Png("one")))).Text);
        Assert.NotEqual("two", (await host.Client.ReadAsync(new OcrDocument(Samples.Png("two")))).Text);
    }

    static async Task<bool> Garbage(HttpContext context, int number)
    {
        switch (number % 6)
        {
            case 0:
                context.Response.StatusCode = 502;
                return true;
            case 1:
                context.Response.Begin();
                await context.Response.SendAsync(7, 7, 7, 7, 7, 7, 7);
                return true;
            case 2:
                context.Reset(2);
                return true;
            case 3:
                context.Response.Begin();
                await context.Response.SendAsync(0, 0xff, 0xff, 0xff, 0xff);
                return true;
            case 4:
                context.Response.ContentType = "text/html";
                await context.Response.SendAsync("<html>"u8.ToArray());
                return true;
            default:
                return false;
        }
    }

    /// <summary>A server that is killed again and again, with whatever it is at, and comes back at the same address.</summary>
    sealed class MortalServer
    {
        OcrServer _server = null!;

        public Uri Address { get; private set; } = null!;

        public static async Task<MortalServer> StartAsync()
        {
            var mortal = new MortalServer { _server = await OcrServer.StartAsync(Work) };
            mortal.Address = mortal._server.Address;
            return mortal;
        }

        public async Task LiveAndDieAsync(CancellationToken stop)
        {
            while (!stop.IsCancellationRequested)
            {
                await Task.Delay(Random.Shared.Next(100, 400), CancellationToken.None);
                await _server.DisposeAsync();
                await Task.Delay(Random.Shared.Next(50, 200), CancellationToken.None);
                _server = await OcrServer.StartAsync(Work, Address.Port);
            }

            await _server.DisposeAsync();
        }

        static void Work(OcrServer server) => server.BeforePage = (_, _) => Task.Delay(5);
    }
}
