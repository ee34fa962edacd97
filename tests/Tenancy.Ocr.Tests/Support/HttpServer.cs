using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Tenancy.Ocr.Tests.Support;

/// <summary>A real HTTP/2 server that answers with whatever bytes a test wants.</summary>
internal sealed class HttpServer : IAsyncDisposable
{
    readonly WebApplication _app;

    HttpServer(WebApplication app, bool tls)
    {
        _app = app;
        Port = new Uri(app.Urls.Single()).Port;
        Address = new Uri($"{(tls ? "https" : "http")}://{(tls ? "localhost" : "127.0.0.1")}:{Port}");
    }

    public Uri Address { get; }

    public int Port { get; }

    public static async Task<HttpServer> StartAsync(
        RequestDelegate answer, Action<HttpsConnectionAdapterOptions>? tls = null, HttpProtocols protocols = HttpProtocols.Http2, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, port, listen =>
            {
                listen.Protocols = protocols;
                if (tls is not null)
                    listen.UseHttps(tls);
            });
        });
        if (tls is not null)
            builder.WebHost.UseKestrelHttpsConfiguration();
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        return new HttpServer(app, tls is not null);
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        try
        {
            await _app.StopAsync(now.Token);
        }
        catch (OperationCanceledException)
        {
            // Connections that still ran were aborted, as asked.
        }

        await _app.DisposeAsync();
    }
}
