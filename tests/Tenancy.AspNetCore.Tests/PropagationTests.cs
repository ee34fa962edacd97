using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Tenancy.AspNetCore.Tests;

/// <summary>Outgoing requests to real servers: one that may learn the tenant, one that may not.</summary>
public sealed class PropagationTests : IAsyncLifetime
{
    readonly TenantContext _tenants = new();
    TestHost _trusted = null!;
    TestHost _other = null!;

    public async Task InitializeAsync()
    {
        _other = await TestHost.StartBareAsync(_ => { }, app => Map(app, () => _trusted));
        _trusted = await TestHost.StartBareAsync(_ => { }, app => Map(app, () => _other));
    }

    public async Task DisposeAsync()
    {
        await _trusted.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Fact]
    public async Task The_ambient_tenant_is_named_to_the_origins_given_and_to_no_other()
    {
        using var client = Client();
        Assert.Equal("GET -", await client.GetStringAsync(At(_trusted, "/echo")));
        using (_tenants.Enter(FixedCatalog.Acme))
        {
            Assert.Equal("GET acme", await client.GetStringAsync(At(_trusted, "/echo")));
            Assert.Equal("GET -", await client.GetStringAsync(At(_other, "/echo")));
            using (_tenants.Enter(FixedCatalog.Beta))
                Assert.Equal("GET beta", await client.GetStringAsync(At(_trusted, "/echo")));
            using (_tenants.Detach())
                Assert.Equal("GET -", await client.GetStringAsync(At(_trusted, "/echo")));
        }

        Assert.Equal("GET -", await client.GetStringAsync(At(_trusted, "/echo")));
    }

    [Fact]
    public async Task Hosts_and_ports_that_only_look_alike_learn_nothing()
    {
        using var client = Client();
        using var entered = _tenants.Enter(FixedCatalog.Acme);
        var port = _trusted.Client.BaseAddress!.Port;
        Assert.Equal("GET -", await client.GetStringAsync($"http://localhost:{port}/echo"));
        Assert.Equal("GET acme", await client.GetStringAsync($"http://user@127.0.0.1:{port}/echo"));
    }

    [Theory]
    [InlineData("/away", "GET -")]
    [InlineData("/away-and-back", "GET acme")]
    [InlineData("/within", "GET acme")]
    public async Task A_redirect_is_followed_and_the_header_goes_only_where_it_may(string path, string echo)
    {
        using var client = Client();
        using var entered = _tenants.Enter(FixedCatalog.Acme);
        Assert.Equal(echo, await client.GetStringAsync(At(_trusted, path)));
    }

    [Fact]
    public async Task The_control_the_framework_alone_carries_a_header_to_another_origin()
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Add("X-Tenant", "acme");
        Assert.Equal("GET acme", await client.GetStringAsync(At(_trusted, "/away")));
    }

    [Theory]
    [InlineData(302, "GET -")]
    [InlineData(303, "GET -")]
    [InlineData(307, "POST - body")]
    [InlineData(308, "POST - body")]
    public async Task Methods_change_on_redirects_as_with_the_framework(int status, string echo)
    {
        using var ours = Client();
        using var plain = new HttpClient();
        using var entered = _tenants.Enter(FixedCatalog.Acme);
        foreach (var client in new[] { ours, plain })
        {
            using var content = new StringContent("body");
            using var response = await client.PostAsync(At(_trusted, $"/away?status={status}"), content);
            Assert.Equal(echo, await response.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task A_loop_of_redirects_ends_as_with_the_framework()
    {
        using var client = Client(new SocketsHttpHandler { MaxAutomaticRedirections = 3 });
        using var response = await client.GetAsync(At(_trusted, "/loop"));
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
    }

    [Fact]
    public async Task A_client_that_follows_no_redirects_still_follows_none()
    {
        using var client = Client(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var response = await client.GetAsync(At(_trusted, "/within"));
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
    }

    [Fact]
    public async Task A_header_that_is_there_is_left_alone()
    {
        using var client = Client();
        using var entered = _tenants.Enter(FixedCatalog.Acme);
        using var request = new HttpRequestMessage(HttpMethod.Get, At(_trusted, "/echo"));
        request.Headers.Add("X-Tenant", "chosen");
        using var response = await client.SendAsync(request);
        Assert.Equal("GET chosen", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_request_sent_again_for_another_tenant_does_not_keep_the_first()
    {
        using var invoker = new HttpMessageInvoker(Handler(new SocketsHttpHandler()));
        using var request = new HttpRequestMessage(HttpMethod.Get, At(_trusted, "/echo"));
        foreach (var (tenant, echo) in new[] { (FixedCatalog.Acme, "GET acme"), (FixedCatalog.Beta, "GET beta") })
        {
            using var entered = _tenants.Enter(tenant);
            using var response = await invoker.SendAsync(request, CancellationToken.None);
            Assert.Equal(echo, await response.Content.ReadAsStringAsync());
        }

        using var none = await invoker.SendAsync(request, CancellationToken.None);
        Assert.Equal("GET -", await none.Content.ReadAsStringAsync());
    }

    [Fact]
    public void Synchronous_requests_are_named_and_redirected_too()
    {
        using var client = Client();
        using var entered = _tenants.Enter(FixedCatalog.Acme);
        foreach (var (path, echo) in new[] { ("/echo", "GET acme"), ("/away", "GET -") })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, At(_trusted, path));
            using var response = client.Send(request);
            using var reader = new StreamReader(response.Content.ReadAsStream());
            Assert.Equal(echo, reader.ReadToEnd());
        }
    }

    [Fact]
    public async Task A_handler_whose_redirects_cannot_be_turned_off_is_refused()
    {
        using var used = new SocketsHttpHandler();
        using var before = new HttpClient(used, disposeHandler: false);
        await before.GetStringAsync(At(_trusted, "/echo"));
        using var client = Client(used);
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => client.GetStringAsync(At(_trusted, "/echo")));
        Assert.Contains("AllowAutoRedirect = false", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_of_the_factory_names_the_requests_tenant()
    {
        await using var host = await TestHost.StartAsync(
            app => app.MapGet("/me", (IHttpClientFactory clients) =>
                clients.CreateClient("trusted").GetStringAsync(At(_trusted, "/echo"))).RequireTenant(),
            services: services => services.AddHttpClient("trusted").AddTenantPropagation(Origin(_trusted)));
        foreach (var slug in new[] { "acme", "beta" })
        {
            using var response = await host.GetAsync("/me", $"org={slug}");
            Assert.Equal($"GET {slug}", await response.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public void All_mistakes_are_listed()
    {
        var error = Assert.Throws<ArgumentException>(() => new TenantPropagationHandler(
            _tenants, new() { Header = "X Tenant", Origins = ["reports", "ftp://reports", "https://reports/path", "https://reports:8443"] }));
        Assert.Equal(4, error.Message.Split(Environment.NewLine).Length);
        Assert.Contains("TenantPropagation:Origins is 'https://reports/path'. Give scheme, host and port only", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new ServiceCollection().AddHttpClient("x").AddTenantPropagation());
    }

    HttpClient Client(HttpMessageHandler? inner = null) => new(Handler(inner ?? new SocketsHttpHandler()));

    TenantPropagationHandler Handler(HttpMessageHandler inner) =>
        new(_tenants, new() { Origins = [Origin(_trusted)] }) { InnerHandler = inner };

    static string Origin(TestHost host) => host.Client.BaseAddress!.GetLeftPart(UriPartial.Authority);

    static Uri At(TestHost host, string path) => new(host.Client.BaseAddress!, path);

    static void Map(WebApplication app, Func<TestHost> peer)
    {
        app.Map("/echo", async (HttpContext context) =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync();
            var tenant = context.Request.Headers["X-Tenant"] is { Count: > 0 } named ? named.ToString() : "-";
            return $"{context.Request.Method} {tenant} {body}".TrimEnd();
        });
        app.MapMethods("/away", ["GET", "POST"], (HttpContext context, int? status) =>
        {
            context.Response.StatusCode = status ?? 302;
            context.Response.Headers.Location = At(peer(), "/echo").ToString();
        });
        app.MapGet("/away-and-back", () => Results.Redirect(At(peer(), "/back").ToString()));
        app.MapGet("/back", () => Results.Redirect(At(peer(), "/echo").ToString()));
        app.MapGet("/within", () => Results.Redirect("/echo"));
        app.MapGet("/loop", () => Results.Redirect("/loop"));
    }
}
