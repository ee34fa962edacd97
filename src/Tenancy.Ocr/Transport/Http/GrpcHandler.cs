using System.Net;
using System.Net.Http;
using System.Net.Security;
using System.Net.Sockets;

namespace Tenancy.Transport;

/// <summary>The framework's HTTP handler, set up for gRPC.</summary>
internal static class GrpcHandler
{
    /// <summary>As Linux does it: probes after half a minute of silence.</summary>
    const int KeepAliveSeconds = 30;

    public static SocketsHttpHandler Create(GrpcChannelOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            // No ambient baggage leaves the process; who calls adds its traceparent.
            ActivityHeadersPropagator = null,
            EnableMultipleHttp2Connections = true,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            ConnectTimeout = options.ConnectTimeout,
            // With the default of 64 KiB a page's result costs round trips.
            InitialHttp2StreamWindowSize = 1024 * 1024,
            // Servers on gRPC's C core end a silent connection that pings more than once in five minutes, so TCP looks after it.
            KeepAlivePingDelay = Timeout.InfiniteTimeSpan,
            ConnectCallback = (context, cancellationToken) => ConnectAsync(options.Pinned, context, cancellationToken),
        };
        if (options.Tls?.Invoke() is { } tls)
            handler.SslOptions = tls.ToOptions();
        return handler;
    }

    static async ValueTask<Stream> ConnectAsync(IPEndPoint? pinned, SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveSeconds / 3);
            await socket.ConnectAsync((EndPoint?)pinned ?? context.DnsEndPoint, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
