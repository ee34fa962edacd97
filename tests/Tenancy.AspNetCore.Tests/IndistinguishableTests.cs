using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;

namespace Tenancy.AspNetCore.Tests;

/// <summary>Nobody learns from an answer which tenants there are.</summary>
public sealed class IndistinguishableTests
{
    static readonly (string Target, string? Claims)[] Refusals =
    [
        (Organizations.Of("nobody"), "org=nobody"),
        (Organizations.Of("beta"), "org=acme"),
        (Organizations.Of("nobody"), "org=acme"),
        (Organizations.Of("sleepy"), "org=acme"),
        (Organizations.Of("newborn"), "org=acme"),
        (Organizations.Of("acme"), "org=acme;org=acme"),
        (Organizations.Of("acme"), "sub=1"),
        (Organizations.Of("acme"), null),
        (Organizations.Of("leaving"), "org=leaving"),
        ("/open/beta", "org=acme"),
    ];

    [Fact]
    public async Task Unknown_not_yours_conflicting_and_deleting_are_the_same_bytes()
    {
        await using var host = await TestHost.StartAsync(Organizations.Map);
        await AssertAllTheSame(host);
    }

    [Fact]
    public async Task They_stay_the_same_bytes_when_the_host_customises_its_problems()
    {
        await using var host = await TestHost.StartAsync(Organizations.Map, services: services =>
            services.AddProblemDetails(options => options.CustomizeProblemDetails = context =>
            {
                context.ProblemDetails.Instance = context.HttpContext.Request.Path;
                context.ProblemDetails.Extensions["request"] = Guid.NewGuid();
                context.HttpContext.Response.Headers["X-Request"] = Guid.NewGuid().ToString();
            }));
        await AssertAllTheSame(host);

        // The control: the customisation is at work where it may be.
        var suspended = await host.GetRawAsync(Organizations.Of("sleepy"), "org=sleepy");
        Assert.StartsWith("HTTP/1.1 403 ", suspended, StringComparison.Ordinal);
        Assert.Contains("X-Request: ", suspended, StringComparison.Ordinal);
        Assert.Contains("\"instance\":\"/v1/organizations/sleepy/documents\"", suspended, StringComparison.Ordinal);
        Assert.NotEqual(suspended, await host.GetRawAsync(Organizations.Of("sleepy"), "org=sleepy"));
    }

    [Fact]
    public async Task They_stay_the_same_bytes_when_the_host_writes_its_problems_itself()
    {
        await using var host = await TestHost.StartAsync(Organizations.Map, services: services =>
            services.Insert(0, ServiceDescriptor.Singleton<IProblemDetailsWriter, ChattyWriter>()));
        await AssertAllTheSame(host);
        var suspended = await host.GetRawAsync(Organizations.Of("sleepy"), "org=sleepy");
        Assert.Contains("chatty", suspended, StringComparison.Ordinal);
    }

    [Fact]
    public async Task They_stay_the_same_bytes_on_controllers()
    {
        await using var host = await TestHost.StartAsync(
            app => app.MapGroup("").RequireTenant().MapControllers(),
            services: services => services.AddControllers().AddApplicationPart(typeof(NotesController).Assembly));
        var first = await host.GetRawAsync("/notes/beta", "org=acme");
        Assert.StartsWith("HTTP/1.1 404 ", first, StringComparison.Ordinal);
        Assert.Contains(TenancyProblems.TenantNotFound, first, StringComparison.Ordinal);
        Assert.Equal(first, await host.GetRawAsync("/notes/nobody", "org=nobody"));
        Assert.Equal(first, await host.GetRawAsync("/notes/acme", "org=acme;org=acme"));
    }

    [Fact]
    public async Task They_are_the_same_bytes_by_whichever_way_the_tenant_is_named()
    {
        await using var host = await TestHost.StartAsync(
            Organizations.Map, sources => sources.Claim("org").ClaimList("orgs").Host("{tenant}.example.com").Header("X-Tenant").Domains());
        host.Catalog.Put(FixedCatalog.Beta with { Settings = TenantSettings.Parse("""{"domains":["www.beta.example"]}""") });
        var expected = await host.GetRawAsync("/me", "org=nobody");
        Assert.StartsWith("HTTP/1.1 404 ", expected, StringComparison.Ordinal);
        foreach (var (claims, name, headers) in new[]
        {
            ("org=acme", "beta.example.com", ""), ("org=acme", "nobody.example.com", ""), ("sub=1", "acme.example.com", ""), ("org=leaving", "leaving.example.com", ""),
            ("org=acme", "www.beta.example", ""), ("org=acme", "localhost", "X-Tenant: beta"), ("org=acme", "localhost", "X-Tenant: nobody"),
            ("org=acme", "localhost", "X-Tenant: acme\r\nX-Tenant: acme"), ("orgs=acme;orgs=sleepy", "beta.example.com", ""),
            ("orgs=acme;orgs=sleepy", "nobody.example.com", ""), ("orgs=[", "acme.example.com", ""), ("org=acme;orgs=beta", "acme.example.com", ""),
        })
            Assert.Equal((claims, name, headers, expected), (claims, name, headers, await host.GetRawAsync("/me", claims, name, headers.Length == 0 ? [] : [headers])));
    }

    static async Task AssertAllTheSame(TestHost host)
    {
        var expected = await host.GetRawAsync(Refusals[0].Target, Refusals[0].Claims);
        Assert.StartsWith("HTTP/1.1 404 ", expected, StringComparison.Ordinal);
        Assert.Contains(TenancyProblems.TenantNotFound, expected, StringComparison.Ordinal);
        Assert.DoesNotContain("traceId", expected, StringComparison.Ordinal);
        foreach (var (target, claims) in Refusals)
            Assert.Equal(expected, await host.GetRawAsync(target, claims));
    }

    sealed class ChattyWriter : IProblemDetailsWriter
    {
        public bool CanWrite(ProblemDetailsContext context) => true;

        public async ValueTask WriteAsync(ProblemDetailsContext context) =>
            await context.HttpContext.Response.WriteAsync($"chatty {Guid.NewGuid()}");
    }
}

[ApiController]
[Route("notes/{tenant}")]
public sealed class NotesController(ITenantContext tenants) : ControllerBase
{
    [HttpGet]
    public string Get() => Organizations.Ambient(tenants);

    [HttpGet("help")]
    [WithoutTenant]
    public string Help() => Organizations.Ambient(tenants);
}
