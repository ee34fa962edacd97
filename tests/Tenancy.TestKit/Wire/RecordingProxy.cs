using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Tenancy.TestKit;

/// <summary>Stands between a client and the cluster, passes everything on, and keeps what the client said.</summary>
public sealed class RecordingProxy : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stopping = new();
    readonly ConcurrentQueue<FrontendMessage> _messages = new();
    readonly ConcurrentBag<Task> _sessions = [];
    readonly ConcurrentDictionary<TcpClient, Line> _clients = new();
    readonly Task _accepting;
    int _count;

    public RecordingProxy()
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>The port that what connects from now on is led to; else the cluster's own.</summary>
    public int? Target { get; set; }

    /// <summary>How long each answer is held back: whatever the client sends meanwhile waited for none, and is the same turn.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>
    /// Where in what a client says the proxy stops for a while before it passes on the rest, as a network may between two
    /// packets: an offset, or 0 for nowhere. Called with each piece of what it says.
    /// </summary>
    public Func<ReadOnlyMemory<byte>, int>? Break { get; set; }

    /// <summary>For how long it stops there.</summary>
    public TimeSpan BreakFor { get; set; }

    /// <summary>Cuts what is connected, as a network would.</summary>
    public void Cut()
    {
        foreach (var client in _clients.Keys)
            client.Client?.Close(0);
    }

    /// <summary>
    /// Swallows whatever is said on what is connected now, in both directions, and closes nothing, as a network that loses
    /// its packets; what connects from now on is served. Returns how many that were.
    /// </summary>
    /// <param name="user">The login whose connections those are.</param>
    public int Silence(string user)
    {
        var lines = _clients.Values.Where(line => !line.IsSilent && line.User == user).ToArray();
        foreach (var line in lines)
            line.IsSilent = true;
        return lines.Length;
    }

    /// <summary>What the client said so far, of every login.</summary>
    public IReadOnlyList<FrontendMessage> Messages => [.. _messages];

    /// <summary>What is said while something is done.</summary>
    public async Task<IReadOnlyList<FrontendMessage>> DuringAsync(Func<Task> work)
    {
        var before = _messages.Count;
        await work();
        return [.. _messages.Skip(before)];
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_sessions);
        _stopping.Dispose();
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true)
                _sessions.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stopping.Token), Interlocked.Increment(ref _count)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
        }
    }

    async Task ServeAsync(TcpClient client, int session)
    {
        var administrator = new NpgsqlConnectionStringBuilder(PrivateCluster.Administrator);
        using var server = new TcpClient { NoDelay = true };
        using (client)
        {
            client.NoDelay = true;
            var line = _clients[client] = new Line();
            try
            {
                await server.ConnectAsync(administrator.Host!, Target ?? administrator.Port, _stopping.Token);
                var parser = new FrontendParser(session, message =>
                {
                    line.User = message.User;
                    _messages.Enqueue(message);
                });
                using var either = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
                var up = PumpAsync(client.GetStream(), server.GetStream(), parser.Client, static () => TimeSpan.Zero, SendAsync, line, either.Token);
                var down = PumpAsync(server.GetStream(), client.GetStream(), parser.Server, () => Delay, static (to, said, stopping) => to.WriteAsync(said, stopping), line, either.Token);
                await Task.WhenAny(up, down);
                await either.CancelAsync();
                await Task.WhenAll(up, down);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or IOException or ObjectDisposedException or InvalidOperationException)
            {
            }
            finally
            {
                _clients.TryRemove(client, out _);
            }
        }
    }

    async ValueTask SendAsync(NetworkStream server, ReadOnlyMemory<byte> said, CancellationToken stopping)
    {
        var until = Break?.Invoke(said) ?? 0;
        if (until > 0)
        {
            await server.WriteAsync(said[..until], stopping);
            await Task.Delay(BreakFor, stopping);
        }

        await server.WriteAsync(said[until..], stopping);
    }

    static async Task PumpAsync(
        NetworkStream from, NetworkStream to, Action<ReadOnlyMemory<byte>> seen, Func<TimeSpan> delay,
        Func<NetworkStream, ReadOnlyMemory<byte>, CancellationToken, ValueTask> send, Line line, CancellationToken stopping)
    {
        var buffer = new byte[1 << 16];
        while (true)
        {
            var read = await from.ReadAsync(buffer, stopping);
            if (delay() is { Ticks: > 0 } time)
                await Task.Delay(time, stopping);
            if (line.IsSilent)
            {
                // Not even that one end has closed. What is said is still taken: a backend that cannot get rid of its answer
                // holds up whoever drops a database.
                if (read == 0)
                    await Task.Delay(Timeout.Infinite, stopping);
                continue;
            }

            if (read == 0)
                return;
            // Noted before it is passed on: whoever sees the answer finds the question recorded.
            seen(buffer.AsMemory(0, read));
            await send(to, buffer.AsMemory(0, read), stopping);
        }
    }

    sealed class Line
    {
        volatile bool _silent;
        volatile string? _user;

        /// <summary>Who it belongs to, once a message has said so.</summary>
        public string? User
        {
            get => _user;
            set => _user = value;
        }

        public bool IsSilent
        {
            get => _silent;
            set => _silent = value;
        }
    }
}
