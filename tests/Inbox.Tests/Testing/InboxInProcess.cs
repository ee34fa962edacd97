using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Inbox.Authentication;
using Inbox.Commands;
using Inbox.Scans.Queue;
using Inbox.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Tenancy;
using Tenancy.TestKit;
using Deployment = Inbox.Tests.Hosting.Deployment;

namespace Inbox.Tests.Testing;

/// <summary>The sample in the test's own process, as its users' tests would host it, with endpoints of the test's beside its own.</summary>
sealed class InboxInProcess : IAsyncDisposable
{
    readonly Deployment _deployment;
    readonly WebApplication _app;
    readonly string _login;

    InboxInProcess(Deployment deployment, WebApplication app, string login) => (_deployment, _app, _login) = (deployment, app, login);

    public IServiceProvider Services => _app.Services;

    public HttpClient Client { get; private set; } = null!;

    public static async Task<InboxInProcess> StartAsync(Action<RouteGroupBuilder>? endpoints = null, bool unsafeSearch = false)
    {
        var login = $"inbox_app_{RandomNumberGenerator.GetHexString(10, lowercase: true)}";
        var deployment = new Deployment(login);
        var builder = Command.CreateBuilder(["--urls", "http://127.0.0.1:0"]);
        builder.Configuration.AddInMemoryCollection(deployment.Variables.Select(pair =>
            new KeyValuePair<string, string?>(pair.Key.Replace("__", ":", StringComparison.Ordinal), pair.Value)));
        builder.Configuration["Demo:UnsafeSearch"] = unsafeSearch.ToString();
        var app = global::Inbox.Api.Build(builder);
        await app.Services.GetRequiredService<IPostgresInstaller>().InstallAsync("local", PrivateCluster.Administrator);
        await ScanQueueInstaller.InstallAsync(deployment.Variables["Tenancy__Postgres__Catalog"], PrivateCluster.Administrator, CancellationToken.None);
        endpoints?.Invoke(app.MapGroup("/v1/organizations/{tenant}").RequireTenant());
        await app.StartAsync();
        return new InboxInProcess(deployment, app, login) { Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) } };
    }

    public void SignIn(HttpRequestMessage request, TestTenant tenant) => request.Headers.Authorization = new("Bearer", Token(tenant));

    /// <summary>A token of a tenant's user.</summary>
    public string Token(TestTenant tenant)
    {
        var claims = DevelopmentTokens.Claims("https://issuer.example", "inbox", "alice", DateTimeOffset.UtcNow, TimeSpan.FromMinutes(30));
        claims["org"] = tenant.Tenant.Slug.Value;
        return DevelopmentTokens.Sign(_deployment.Key, claims);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        await _deployment.DropAsync();
        _deployment.Dispose();
        await PrivateCluster.ExecuteAsync("postgres", $"drop role {_login}");
    }
}
