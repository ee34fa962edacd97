using System.Net.Sockets;
using System.Text;

namespace Inbox.Tests;

/// <summary>Sends bytes that HttpClient would refuse to send.</summary>
sealed class RawHttp(Uri address) : IAsyncDisposable
{
    readonly List<TcpClient> _clients = [];

    /// <summary>Sends one request that asks for the connection to be closed, and returns the whole answer.</summary>
    public async Task<string> SendAsync(string request)
    {
        var client = new TcpClient();
        _clients.Add(client);
        await client.ConnectAsync(address.Host, address.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
        return await reader.ReadToEndAsync();
    }

    public ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            client.Dispose();
        return default;
    }
}
