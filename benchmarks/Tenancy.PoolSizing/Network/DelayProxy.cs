using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Tenancy.PoolSizing;

/// <summary>
/// Stands between a client and a server and delivers everything later, each way, as a longer wire would: what follows does
/// not wait for what went before, so the throughput stays what it was.
/// </summary>
internal sealed class DelayProxy : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stopping = new();
    readonly ConcurrentDictionary<Task, bool> _sessions = new();
    readonly DelayLine _line = new();
    readonly string _host;
    readonly int _port;
    readonly Task _accepting;

    public DelayProxy(string host, int port)
    {
        (_host, _port) = (host, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The latency, each way. It may grow while connections are open. Default: none.</summary>
    public TimeSpan Delay
    {
        get => _line.Delay;
        set => _line.Delay = value;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_sessions.Keys);
        _line.Dispose();
        _stopping.Dispose();
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var session = ServeAsync(await _listener.AcceptTcpClientAsync(_stopping.Token));
                _sessions[session] = true;
                _ = session.ContinueWith(ended => _sessions.TryRemove(ended, out _), TaskScheduler.Default);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // Stopped.
        }
    }

    async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient { NoDelay = true };
        using (client)
        {
            client.NoDelay = true;
            try
            {
                await server.ConnectAsync(_host, _port, _stopping.Token);
                // The handshake of a longer wire takes a round trip; ours with the client is over already.
                await _line.PassAsync();
                await _line.PassAsync();
                using var either = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
                var up = new DelayedStream(_line).CopyAsync(client.GetStream(), server.GetStream(), either.Token);
                var down = new DelayedStream(_line).CopyAsync(server.GetStream(), client.GetStream(), either.Token);
                await Task.WhenAny(up, down);
                await either.CancelAsync();
                await Task.WhenAll(up, down);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or IOException)
            {
                // One side has gone, and the other follows.
            }
        }
    }
}
