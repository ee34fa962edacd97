using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;

namespace Tenancy.AspNetCore.Tests;

/// <summary>Endpoints that say a selection is enough, among others that need proof.</summary>
public sealed class AnonymousTenantTests
{
    [Theory]
    [InlineData("/v1/acme/sign-in", null, 200)]
    [InlineData("/v1/acme/sign-in", "sub=1", 200)]
    [InlineData("/v1/acme/sign-in", "org=acme", 200)]
    [InlineData("/v1/acme/sign-in", "org=beta", 404)]
    [InlineData("/v1/acme/sign-in", "org=acme;org=acme", 404)]
    [InlineData("/v1/acme/sign-in", "orgs=acme;orgs=beta", 200)]
    [InlineData("/v1/acme/sign-in", "orgs=sleepy;orgs=beta", 404)]
    [InlineData("/v1/acme/sign-in", "orgs=[]", 404)]
    [InlineData("/v1/nobody/sign-in", null, 404)]
    [InlineData("/v1/sleepy/sign-in", null, 403)]
    [InlineData("/v1/acme/documents", null, 404)]
    [InlineData("/pages/acme/welcome", null, 200)]
    [InlineData("/pages/acme/welcome", "org=beta", 404)]
    [InlineData("/pages/acme/private", null, 404)]
    public async Task A_selection_is_enough_where_the_endpoint_says_so_and_no_proof_speaks(string path, string? claims, int status)
    {
        await using var host = await TestHost.StartAsync(
            app =>
            {
                var group = app.MapGroup("/v1/{tenant}").RequireTenant();
                group.MapGet("/sign-in", Organizations.Ambient).AllowAnonymousTenant();
                group.MapGet("/documents", Organizations.Ambient);
                app.MapGroup("").RequireTenant().MapControllers();
            },
            sources => sources.Claim("org").ClaimList("orgs").Route("tenant"),
            services => services.AddControllers().AddApplicationPart(typeof(PagesController).Assembly));
        using var response = await host.GetAsync(path, claims);
        Assert.Equal(status, (int)response.StatusCode);
        if (status == 200)
            Assert.Equal("acme", await response.Content.ReadAsStringAsync());
    }
}

[ApiController]
[Route("pages/{tenant}")]
public sealed class PagesController(ITenantContext tenants) : ControllerBase
{
    [HttpGet("welcome")]
    [AllowAnonymousTenant]
    public string Welcome() => Organizations.Ambient(tenants);

    [HttpGet("private")]
    public string Private() => Organizations.Ambient(tenants);
}
