using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Tenancy.AspNetCore.Tests;

public sealed class EndpointTests(HostFixture fixture) : IClassFixture<HostFixture>
{
    [Theory]
    [InlineData("/v1/organizations/acme/help", "org=acme")]
    [InlineData("/v1/organizations/nobody/help", "org=acme;org=acme")]
    [InlineData("/v1/organizations/sleepy/help", null)]
    [InlineData("/v1/organizations/acme/about", "org=acme")]
    public async Task An_endpoint_of_a_group_that_requires_a_tenant_may_opt_out(string path, string? claims)
    {
        using var response = await fixture.Host.GetAsync(path, claims);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("-", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task What_is_said_closer_to_the_endpoint_wins()
    {
        await using var host = await TestHost.StartAsync(app =>
        {
            var outer = app.MapGroup("").RequireTenant();
            var inner = outer.MapGroup("").WithoutTenant();
            inner.MapGet("/out", Organizations.Ambient);
            inner.MapGet("/in", Organizations.Ambient).RequireTenant();
            inner.MapGet("/attribute", [RequireTenant] (ITenantContext tenants) => Organizations.Ambient(tenants));
        });
        Assert.Equal((200, "-"), await Ask(host, "/out", "org=acme"));
        Assert.Equal((200, "acme"), await Ask(host, "/in", "org=acme"));
        Assert.Equal((200, "acme"), await Ask(host, "/attribute", "org=acme"));
        Assert.Equal(400, (await Ask(host, "/in", null)).Status);
        Assert.Equal(400, (await Ask(host, "/attribute", null)).Status);
    }

    [Fact]
    public async Task An_action_of_a_controller_in_a_group_may_opt_out()
    {
        await using var host = await TestHost.StartAsync(
            app => app.MapGroup("").RequireTenant().MapControllers(),
            services: services => services.AddControllers().AddApplicationPart(typeof(NotesController).Assembly));
        Assert.Equal((200, "acme"), await Ask(host, "/notes/acme", "org=acme"));
        Assert.Equal(404, (await Ask(host, "/notes/beta", "org=acme")).Status);
        Assert.Equal((200, "-"), await Ask(host, "/notes/acme/help", "org=acme"));
    }

    [Fact]
    public async Task An_opted_out_endpoint_asks_no_source()
    {
        var asked = 0;
        await using var host = await TestHost.StartAsync(
            app =>
            {
                app.MapGet("/out", Organizations.Ambient).WithoutTenant();
                app.MapGet("/in", Organizations.Ambient);
            },
            sources => sources.Add(new CallbackSource(() => asked++)));
        await Ask(host, "/out", "org=acme");
        await Ask(host, "/nowhere", "org=acme");
        Assert.Equal(0, asked);
        await Ask(host, "/in", "org=acme");
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task A_path_that_begins_like_an_opted_out_one_is_not_opted_out()
    {
        await using var host = await TestHost.StartAsync(app =>
        {
            app.MapGet("/health", Organizations.Ambient).WithoutTenant();
            app.MapGet("/healthcare", Organizations.Ambient).RequireTenant();
            app.MapGet("/health/{tenant}", Organizations.Ambient).RequireTenant();
        });
        Assert.Equal(200, (await Ask(host, "/health", null)).Status);
        Assert.Equal(400, (await Ask(host, "/healthcare", null)).Status);
        Assert.Equal(404, (await Ask(host, "/health/acme", null)).Status);
    }

    [Fact]
    public void Both_calls_return_the_builder_they_were_called_on()
    {
        var builder = WebApplication.CreateBuilder();
        var app = builder.Build();
        RouteHandlerBuilder route = app.MapGet("/", () => "");
        Assert.Same(route, route.RequireTenant());
        Assert.Same(route, route.WithoutTenant());
    }

    static async Task<(int Status, string Body)> Ask(TestHost host, string path, string? claims)
    {
        using var response = await host.GetAsync(path, claims);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    sealed class CallbackSource(Action read) : ITenantSource
    {
        public bool IsProof => false;

        public TenantAnswer Read(HttpContext context)
        {
            read();
            return TenantAnswer.Silent;
        }
    }
}
