using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Tenancy.PoolSizing.Tests;

/// <summary>The wire gets longer, not narrower.</summary>
public sealed class DelayProxyTests
{
    static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(20);

    [Fact]
    public async Task A_round_trip_takes_twice_the_delay_and_without_one_it_does_not()
    {
        await using var echo = new Echo();
        await using var proxy = new DelayProxy("127.0.0.1", echo.Port);
        using var client = await ConnectAsync(proxy.Port);
        var stream = client.GetStream();
        Assert.InRange(await FastestAsync(stream), TimeSpan.Zero, 1.5 * Delay);
        proxy.Delay = Delay;
        // The fastest of some: others use this machine too.
        Assert.InRange(await FastestAsync(stream), 2 * Delay, 3.5 * Delay);
    }

    [Fact]
    public async Task Throughput_is_what_it_was()
    {
        const int Size = 40 << 20;
        await using var echo = new Echo();
        await using var proxy = new DelayProxy("127.0.0.1", echo.Port) { Delay = Delay };
        using var client = await ConnectAsync(proxy.Port);
        var stream = client.GetStream();
        var sent = new byte[Size];
        new Random(1).NextBytes(sent);
        var received = new byte[Size];
        var clock = Stopwatch.StartNew();
        var sending = stream.WriteAsync(sent).AsTask();
        await stream.ReadExactlyAsync(received);
        await sending;
        Assert.True(sent.AsSpan().SequenceEqual(received));
        // One piece at a time would take 640 round trips of 40 ms: 25 s.
        Assert.InRange(clock.Elapsed, 2 * Delay, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_side_that_closes_closes_the_other()
    {
        await using var echo = new Echo();
        await using var proxy = new DelayProxy("127.0.0.1", echo.Port) { Delay = Delay };
        var client = await ConnectAsync(proxy.Port);
        await FastestAsync(client.GetStream());
        Assert.Equal(1, echo.Open);
        client.Dispose();
        for (var i = 0; i < 200 && echo.Open > 0; i++)
            await Task.Delay(10);
        Assert.Equal(0, echo.Open);
    }

    static async Task<TcpClient> ConnectAsync(int port)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, port);
        return client;
    }

    static async Task<TimeSpan> FastestAsync(NetworkStream stream)
    {
        var fastest = TimeSpan.MaxValue;
        var buffer = new byte[1];
        for (var i = 0; i < 10; i++)
        {
            var clock = Stopwatch.StartNew();
            await stream.WriteAsync(new byte[] { (byte)i });
            await stream.ReadExactlyAsync(buffer);
            Assert.Equal(i, buffer[0]);
            fastest = clock.Elapsed < fastest ? clock.Elapsed : fastest;
        }

        return fastest;
    }

    sealed class Echo : IAsyncDisposable
    {
        readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        readonly Task _serving;
        int _open;

        public Echo()
        {
            _listener.Start();
            _serving = ServeAsync();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public int Open => Volatile.Read(ref _open);

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _serving;
        }

        async Task ServeAsync()
        {
            try
            {
                while (true)
                    _ = EchoAsync(await _listener.AcceptTcpClientAsync());
            }
            catch (SocketException)
            {
            }
        }

        async Task EchoAsync(TcpClient client)
        {
            Interlocked.Increment(ref _open);
            try
            {
                using (client)
                    await client.GetStream().CopyToAsync(client.GetStream());
            }
            catch (IOException)
            {
            }

            Interlocked.Decrement(ref _open);
        }
    }
}
