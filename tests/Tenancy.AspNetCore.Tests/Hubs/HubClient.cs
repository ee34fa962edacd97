using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Tenancy.AspNetCore.Tests;

/// <summary>Speaks SignalR's JSON protocol over a socket: messages that end with the record separator.</summary>
sealed class HubClient : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    readonly ClientWebSocket _socket = new();
    readonly Queue<string> _received = [];
    readonly Queue<string> _heard = [];
    readonly byte[] _buffer = new byte[16 * 1024];
    string _rest = "";
    int _calls;

    public static async Task<HubClient> ConnectAsync(TestHost host, string path, string? claims)
    {
        var client = new HubClient();
        try
        {
            if (claims is not null)
                client._socket.Options.SetRequestHeader(HeaderAuthenticationHandler.Claims, claims);
            var address = new UriBuilder(host.Client.BaseAddress!) { Scheme = "ws", Path = path }.Uri;
            using var clock = new CancellationTokenSource(Patience);
            await client._socket.ConnectAsync(address, clock.Token);
            await client.SendAsync("""{"protocol":"json","version":1}""");
            Assert.Equal("{}", await client.ReceiveAsync());
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>Calls a method and returns its result, or <c>error: …</c>.</summary>
    public async Task<string> CallAsync(string method, params string[] arguments)
    {
        var id = (++_calls).ToString(System.Globalization.CultureInfo.InvariantCulture);
        await SendAsync(JsonSerializer.Serialize(new { type = 1, invocationId = id, target = method, arguments }));
        while (true)
        {
            using var message = JsonDocument.Parse(await ReceiveAsync());
            var root = message.RootElement;
            Hear(root);
            if (root.GetProperty("type").GetInt32() != 3)
                continue;
            Assert.Equal(id, root.GetProperty("invocationId").GetString());
            return root.TryGetProperty("error", out var error) ? "error: " + error.GetString()
                : root.TryGetProperty("result", out var result) ? result.ToString() : "";
        }
    }

    /// <summary>The next call that the server makes here: its target and first argument.</summary>
    public async Task<string> HearAsync()
    {
        while (_heard.Count == 0)
        {
            using var message = JsonDocument.Parse(await ReceiveAsync());
            Hear(message.RootElement);
        }

        return _heard.Dequeue();
    }

    /// <summary>Streams a method's items until it completes.</summary>
    public async Task<string> StreamAsync(string method)
    {
        await SendAsync(JsonSerializer.Serialize(new { type = 4, invocationId = "s", target = method, arguments = Array.Empty<string>() }));
        var items = new List<string>();
        while (true)
        {
            using var message = JsonDocument.Parse(await ReceiveAsync());
            switch (message.RootElement.GetProperty("type").GetInt32())
            {
                case 2:
                    items.Add(message.RootElement.GetProperty("item").ToString());
                    break;
                case 3:
                    return string.Join(' ', items) + (message.RootElement.TryGetProperty("error", out _) ? " error" : "");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_socket.State == WebSocketState.Open)
        {
            using var clock = new CancellationTokenSource(Patience);
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, clock.Token);
        }

        _socket.Dispose();
    }

    void Hear(JsonElement message)
    {
        if (message.GetProperty("type").GetInt32() == 1)
            _heard.Enqueue($"{message.GetProperty("target")} {message.GetProperty("arguments")[0]}");
    }

    async Task SendAsync(string message)
    {
        using var clock = new CancellationTokenSource(Patience);
        await _socket.SendAsync(Encoding.UTF8.GetBytes(message + '\u001e'), WebSocketMessageType.Text, true, clock.Token);
    }

    async Task<string> ReceiveAsync()
    {
        using var clock = new CancellationTokenSource(Patience);
        while (_received.Count == 0)
        {
            var read = await _socket.ReceiveAsync(_buffer.AsMemory(), clock.Token);
            if (read.MessageType == WebSocketMessageType.Close)
                throw new IOException("The server closed the connection.");
            var parts = (_rest + Encoding.UTF8.GetString(_buffer, 0, read.Count)).Split('\u001e');
            _rest = parts[^1];
            foreach (var part in parts[..^1])
                _received.Enqueue(part);
        }

        return _received.Dequeue();
    }
}
