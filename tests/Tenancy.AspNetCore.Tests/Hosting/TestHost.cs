using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Tenancy.AspNetCore.Tests;

/// <summary>A real host on Kestrel and a free port of the loopback address.</summary>
sealed class TestHost : IAsyncDisposable
{
    readonly WebApplication _app;

    TestHost(WebApplication app, FixedCatalog catalog, LogCollector logs)
    {
        _app = app;
        Catalog = catalog;
        Logs = logs;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public static Action<TenantSources> ClaimAndRoute { get; } = sources => sources.Claim("org").Route("tenant");

    public static Action<TenantSources> RouteAndClaim { get; } = sources => sources.Route("tenant").Claim("org");

    public static Action<TenantSources> RouteOnly { get; } = sources => sources.Route("tenant");

    public FixedCatalog Catalog { get; }

    public HttpClient Client { get; }

    public LogCollector Logs { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>Starts the usual pipeline over the endpoints given.</summary>
    public static Task<TestHost> StartAsync(
        Action<IEndpointRouteBuilder> endpoints, Action<TenantSources>? sources = null,
        Action<IServiceCollection>? services = null) =>
        StartBareAsync(
            collection =>
            {
                collection.AddTenancy().ResolveTenantsFrom(sources ?? ClaimAndRoute);
                services?.Invoke(collection);
            },
            app =>
            {
                app.UseExceptionHandler();
                app.UseAuthentication();
                app.UseTenancy();
                endpoints(app);
            });

    /// <summary>Starts a pipeline of one's own.</summary>
    public static async Task<TestHost> StartBareAsync(
        Action<IServiceCollection> services, Action<WebApplication> pipeline,
        HttpProtocols protocols = HttpProtocols.Http1)
    {
        var catalog = new FixedCatalog();
        var logs = new LogCollector();
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(options => options.ConfigureEndpointDefaults(listen => listen.Protocols = protocols));
        builder.Host.UseDefaultServiceProvider(options => options.ValidateScopes = options.ValidateOnBuild = true);
        builder.Logging.ClearProviders().AddProvider(logs).SetMinimumLevel(LogLevel.Information);
        builder.Services.AddSingleton<ITenantCatalog>(catalog);
        builder.Services.AddProblemDetails();
        builder.Services.AddAuthentication("Header")
            .AddScheme<AuthenticationSchemeOptions, HeaderAuthenticationHandler>("Header", null);
        services(builder.Services);
        var app = builder.Build();
        try
        {
            pipeline(app);
            await app.StartAsync();
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return new TestHost(app, catalog, logs);
    }

    /// <summary>Gets a path as a caller with claims such as <c>org=acme</c>; no claims, no caller.</summary>
    public async Task<HttpResponseMessage> GetAsync(string path, string? claims = null, string? accept = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (claims is not null)
            request.Headers.Add(HeaderAuthenticationHandler.Claims, claims);
        if (accept is not null)
            request.Headers.Add("Accept", accept);
        return await Client.SendAsync(request);
    }

    /// <summary>
    /// Sends the target as it is, which <see cref="HttpClient"/> would tidy, and returns all bytes of the answer (as
    /// Latin-1) but the value of <c>Date</c>.
    /// </summary>
    public Task<string> GetRawAsync(string target, string? claims = null) =>
        GetRawAsync(target, claims, "localhost");

    /// <summary>The same for a host of one's own, and with further header lines.</summary>
    public async Task<string> GetRawAsync(string target, string? claims, string host, params string[] headers)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(Client.BaseAddress!.Host, Client.BaseAddress.Port);
        await using var stream = socket.GetStream();
        var caller = claims is null ? "" : $"{HeaderAuthenticationHandler.Claims}: {claims}\r\n";
        // Not Latin-1, which writes look-alikes as what they look like.
        await stream.WriteAsync(Encoding.UTF8.GetBytes(
            $"GET {target} HTTP/1.1\r\nHost: {host}\r\n{caller}{string.Concat(headers.Select(line => line + "\r\n"))}Connection: close\r\n\r\n"));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        var lines = (await reader.ReadToEndAsync()).Split("\r\n");
        return string.Join("\r\n", lines.Select(
            line => line.StartsWith("Date: ", StringComparison.Ordinal) ? "Date:" : line));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
