using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Tenancy.AspNetCore.Tests;

/// <summary>Links made inside a tenant's request, or scope, stay with the tenant.</summary>
public sealed class LinkTests : IAsyncLifetime
{
    TestHost _host = null!;

    public async Task InitializeAsync() => _host = await StartAsync(sources => sources.Claim("org").Route("tenant").Host("{tenant}.example.com"));

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("/v1/acme/links/name", "/v1/acme/documents/7")]
    [InlineData("/v1/acme/links/uri", "http://localhost/v1/acme/documents/7")]
    [InlineData("/v1/acme/links/other", "/v1/beta/documents/7")]
    [InlineData("/v1/acme/links/outside", "/help?id=7")]
    [InlineData("/v1/acme/links/action", "/v1/acme/files/9")]
    [InlineData("/links/claim", "/v1/acme/documents/7")]
    [InlineData("/links/no-tenant", "-")]
    [InlineData("/v1/acme/files/links/here", "/v1/acme/files/9")]
    [InlineData("/v1/acme/files/links/there", "/v1/acme/folders/9")]
    [InlineData("/v1/acme/files/links/name", "/v1/acme/documents/7")]
    [InlineData("/v1/acme/files/links/outside", "/about")]
    public async Task A_link_keeps_the_tenant_where_its_endpoint_has_a_place_for_it(string path, string link)
    {
        var answer = await _host.GetRawAsync(path, "org=acme");
        Assert.Contains("\r\n" + link + "\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_library_the_tenant_is_lost()
    {
        await using var host = await TestHost.StartBareAsync(services => services.AddTenancy(), app => MapLinks(app));
        Assert.Contains("\r\n-\r\n", await host.GetRawAsync("/v1/acme/links/name", "org=acme"), StringComparison.Ordinal);
        Assert.Contains("\r\n-\r\n", await host.GetRawAsync("/v1/acme/links/action", "org=acme"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_created_resource_is_located_at_the_tenants_host()
    {
        var answer = await _host.GetRawAsync("/v1/acme/links/created", "org=acme", "acme.example.com:8443");
        Assert.Contains("Location: http://acme.example.com:8443/v1/acme/documents/7\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inside_another_tenants_scope_links_are_the_other_tenants()
    {
        var answer = await _host.GetRawAsync("/v1/acme/links/for-beta", "org=acme", "acme.example.com:8443");
        Assert.Contains("\r\nhttp://beta.example.com:8443/v1/beta/documents/7\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Outside_a_request_links_are_the_ambient_tenants()
    {
        var links = _host.Services.GetRequiredService<LinkGenerator>();
        var hosts = _host.Services.GetRequiredService<ITenantHosts>();
        var tenants = _host.Services.GetRequiredService<ITenantContext>();
        Assert.Null(links.GetPathByName("document", new { id = 7 }));
        using (tenants.Enter(FixedCatalog.Beta))
        {
            Assert.Equal("/v1/beta/documents/7", links.GetPathByName("document", new { id = 7 }));
            Assert.Equal(
                "https://beta.example.com/v1/beta/documents/7",
                links.GetUriByName("document", new { id = 7 }, "https", hosts.HostOf(FixedCatalog.Beta)!.Value));
        }
    }

    [Fact]
    public async Task Without_a_host_pattern_a_tenant_has_no_host()
    {
        await using var host = await StartAsync(sources => sources.Claim("org").Route("tenant").Domains());
        Assert.Null(host.Services.GetRequiredService<ITenantHosts>().HostOf(FixedCatalog.Beta));
    }

    [Fact]
    public async Task Registered_twice_links_are_made_once()
    {
        await using var host = await TestHost.StartBareAsync(
            services => services.AddTenancy().ResolveTenantsFrom(sources => sources.Claim("org")).ResolveTenantsFrom(sources => sources.Route("tenant")),
            app =>
            {
                app.UseTenancy();
                MapLinks(app);
            });
        Assert.Contains("\r\n/v1/acme/documents/7\r\n", await host.GetRawAsync("/v1/acme/links/name", "org=acme"), StringComparison.Ordinal);
    }

    static Task<TestHost> StartAsync(Action<TenantSources> sources) => TestHost.StartAsync(
        app =>
        {
            MapLinks(app);
            app.MapGroup("").RequireTenant().MapControllers();
        },
        sources,
        services => services.AddControllers().AddApplicationPart(typeof(FilesController).Assembly));

    static void MapLinks(IEndpointRouteBuilder app)
    {
        app.MapGet("/help", () => "").WithName("help");
        app.MapGet("/links/claim", (HttpContext context, LinkGenerator links) => Shown(links.GetPathByName(context, "document", new { id = 7 })));
        app.MapGet("/links/no-tenant", (HttpContext context, LinkGenerator links) => Shown(links.GetPathByName(context, "document", new { id = 7 })))
            .WithoutTenant();
        var group = app.MapGroup("/v1/{tenant}");
        group.MapGet("/documents/{id}", (string id) => id).WithName("document");
        group.MapGet("/links/name", (HttpContext context, LinkGenerator links) => Shown(links.GetPathByName(context, "document", new { id = 7 })));
        group.MapGet("/links/uri", (HttpContext context, LinkGenerator links) => Shown(links.GetUriByName(context, "document", new { id = 7 })));
        group.MapGet("/links/other", (HttpContext context, LinkGenerator links) =>
            Shown(links.GetPathByName(context, "document", new { id = 7, tenant = "beta" })));
        group.MapGet("/links/outside", (HttpContext context, LinkGenerator links) => Shown(links.GetPathByName(context, "help", new { id = 7 })));
        group.MapGet("/links/action", (HttpContext context, LinkGenerator links) =>
            Shown(links.GetPathByAction(context, "Get", "Files", new { id = 9 })));
        group.MapGet("/links/created", (HttpContext context, LinkGenerator links) =>
            Results.Created(links.GetUriByName(context, "document", new { id = 7 }), null));
        group.MapGet("/links/for-beta", (HttpContext context, LinkGenerator links, ITenantContext tenants) =>
        {
            using (tenants.Enter(FixedCatalog.Beta))
                return Shown(links.GetUriByName(context, "document", new { id = 7 }));
        });
    }

    static string Shown(string? link) => link ?? "-";
}

[ApiController]
[Route("v1/{tenant}/files")]
public sealed class FilesController : ControllerBase
{
    [HttpGet("{id}")]
    public string Get(string id) => $"{id} {Request.Method}";

    [HttpGet("links/here")]
    public string Here() => Url.Action("Get", new { id = 9 }) ?? "-";

    [HttpGet("links/there")]
    public string There() => Url.Action("Get", "Folders", new { id = 9 }) ?? "-";

    [HttpGet("links/name")]
    public string Named() => Url.RouteUrl("document", new { id = 7 }) ?? Url.Link("document", new { id = 7 }) ?? "-";

    [HttpGet("links/outside")]
    public string Outside() => Url.Action("About", "Folders") ?? "-";
}

[ApiController]
public sealed class FoldersController : ControllerBase
{
    [HttpGet("v1/{tenant}/folders/{id}")]
    public string Get(string id) => $"{id} {Request.Method}";

    [HttpGet("about")]
    [WithoutTenant]
    public string About() => Request.Method;
}
