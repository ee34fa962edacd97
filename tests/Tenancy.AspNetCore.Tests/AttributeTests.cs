using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace Tenancy.AspNetCore.Tests;

/// <summary>What controllers, actions and hubs say of themselves by attribute.</summary>
public sealed class AttributeTests
{
    [Theory]
    [InlineData("/guarded", null, 400)]
    [InlineData("/guarded", "org=acme", 200)]
    [InlineData("/guarded", "org=sleepy", 403)]
    [InlineData("/guarded/free", "org=nobody", 200)]
    [InlineData("/open-house", null, 200)]
    [InlineData("/open-house", "org=nobody", 404)]
    [InlineData("/open-house/guarded", null, 400)]
    [InlineData("/free-house", "org=nobody", 200)]
    [InlineData("/free-house/guarded", "org=nobody", 404)]
    [InlineData("/self-guarded/negotiate", null, 400)]
    [InlineData("/self-guarded/negotiate", "org=acme", 200)]
    public async Task The_attribute_closest_to_the_action_wins(string path, string? claims, int status)
    {
        await using var host = await TestHost.StartAsync(
            app =>
            {
                app.MapControllers();
                app.MapHub<SelfGuardedHub>("/self-guarded");
            },
            services: services =>
            {
                services.AddSignalR();
                services.AddControllers().AddApplicationPart(typeof(GuardedController).Assembly);
            });
        using var request = new HttpRequestMessage(HttpMethod.Post, path + "?negotiateVersion=1");
        if (claims is not null)
            request.Headers.Add(HeaderAuthenticationHandler.Claims, claims);
        using var response = await host.Client.SendAsync(request);
        Assert.Equal(status, (int)response.StatusCode);
        if (status == 200 && !path.Contains("hub", StringComparison.Ordinal) && !path.Contains("negotiate", StringComparison.Ordinal))
            Assert.Equal(path.StartsWith("/guarded", StringComparison.Ordinal) && claims == "org=acme" ? "acme" : "-", await response.Content.ReadAsStringAsync());
    }

    [RequireTenant]
    sealed class SelfGuardedHub : Hub;
}

[ApiController]
[Route("guarded")]
[RequireTenant]
public sealed class GuardedController(ITenantContext tenants) : ControllerBase
{
    [HttpPost]
    public string Post() => Organizations.Ambient(tenants);

    [HttpPost("free")]
    [WithoutTenant]
    public string Free() => Organizations.Ambient(tenants);
}

[ApiController]
[Route("open-house")]
public sealed class OpenHouseController(ITenantContext tenants) : ControllerBase
{
    [HttpPost]
    public string Post() => Organizations.Ambient(tenants);

    [HttpPost("guarded")]
    [RequireTenant]
    public string Guarded() => Organizations.Ambient(tenants);
}

[ApiController]
[Route("free-house")]
[WithoutTenant]
public sealed class FreeHouseController(ITenantContext tenants) : ControllerBase
{
    [HttpPost]
    public string Post() => Organizations.Ambient(tenants);

    [HttpPost("guarded")]
    [RequireTenant]
    public string Guarded() => Organizations.Ambient(tenants);
}
