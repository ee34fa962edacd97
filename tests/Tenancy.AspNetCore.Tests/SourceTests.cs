using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Tenancy.AspNetCore.Tests;

public sealed class SourceTests
{
    [Fact]
    public async Task A_claim_alone_finds_the_tenant()
    {
        await using var host = await TestHost.StartAsync(Organizations.Map);
        using var response = await host.GetAsync("/me", "org=acme");
        Assert.Equal("acme", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_claim_and_a_route_that_agree_find_the_tenant()
    {
        await using var host = await TestHost.StartAsync(Organizations.Map);
        using var response = await host.GetAsync(Organizations.Of("acme"), "org=acme");
        Assert.Equal("acme", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_route_that_names_another_tenant_than_the_claim_is_refused()
    {
        await using var host = await TestHost.StartAsync(Organizations.Map);
        Assert.Equal(HttpStatusCode.NotFound, await StatusOf(host, Organizations.Of("beta"), "org=acme"));
    }

    [Fact]
    public async Task The_order_of_the_sources_decides_nothing()
    {
        await using var host = await TestHost.StartAsync(
            Organizations.Map, sources => sources.Route("tenant").Claim("org"));
        Assert.Equal(HttpStatusCode.OK, await StatusOf(host, Organizations.Of("acme"), "org=acme"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusOf(host, Organizations.Of("beta"), "org=acme"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusOf(host, Organizations.Of("acme"), null));
    }

    [Fact]
    public async Task A_route_alone_is_refused_where_a_claim_is_configured()
    {
        await using var host = await TestHost.StartAsync(Organizations.Map);
        Assert.Equal(HttpStatusCode.NotFound, await StatusOf(host, Organizations.Of("acme"), null));
        Assert.Equal(HttpStatusCode.NotFound, await StatusOf(host, Organizations.Of("acme"), "sub=1"));
    }

    [Fact]
    public async Task A_route_alone_suffices_on_a_public_site()
    {
        await using var host = await TestHost.StartAsync(Organizations.Map, TestHost.RouteOnly);
        Assert.Equal(HttpStatusCode.OK, await StatusOf(host, Organizations.Of("acme"), null));
        Assert.Equal(HttpStatusCode.NotFound, await StatusOf(host, Organizations.Of("nobody"), null));
    }

    [Theory]
    [InlineData("org=acme;org=beta")]
    [InlineData("org=beta;org=acme")]
    [InlineData("org=acme;org=acme")]
    [InlineData("org=acme;org=")]
    public async Task A_claim_that_stands_twice_is_refused(string claims)
    {
        await using var host = await TestHost.StartAsync(Organizations.Map);
        Assert.Equal(HttpStatusCode.NotFound, await StatusOf(host, "/me", claims));
        Assert.Equal(HttpStatusCode.NotFound, await StatusOf(host, Organizations.Of("acme"), claims));
    }

    [Fact]
    public async Task A_claim_that_stands_twice_over_two_identities_is_refused()
    {
        await using var host = await TestHost.StartAsync(Organizations.Map);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/me");
        request.Headers.Add(HeaderAuthenticationHandler.Claims, "org=acme");
        request.Headers.Add(HeaderAuthenticationHandler.MoreClaims, "org=acme");
        using var response = await host.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Theory]
    [InlineData("ORG=acme")]
    [InlineData("org =acme")]
    public async Task A_claim_of_another_spelling_is_another_claim(string claims)
    {
        await using var host = await TestHost.StartAsync(Organizations.Map);
        Assert.Equal(HttpStatusCode.BadRequest, await StatusOf(host, "/me", claims));
    }

    [Fact]
    public async Task Claims_of_an_identity_that_is_not_authenticated_are_ignored()
    {
        await using var host = await TestHost.StartAsync(Organizations.Map);
        using var request = new HttpRequestMessage(HttpMethod.Get, Organizations.Of("acme"));
        request.Headers.Add(HeaderAuthenticationHandler.UnauthenticatedClaims, "org=acme");
        using var response = await host.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);

        using var other = new HttpRequestMessage(HttpMethod.Get, "/me");
        other.Headers.Add(HeaderAuthenticationHandler.Claims, "org=acme");
        other.Headers.Add(HeaderAuthenticationHandler.UnauthenticatedClaims, "org=beta");
        using var authenticated = await host.Client.SendAsync(other);
        Assert.Equal("acme", await authenticated.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_source_of_ones_own_takes_part_in_the_rule()
    {
        await using var host = await TestHost.StartAsync(
            Organizations.Map, sources => sources.Claim("org").Add(new HeaderSource()));
        using var agreeing = new HttpRequestMessage(HttpMethod.Get, "/me");
        agreeing.Headers.Add(HeaderAuthenticationHandler.Claims, "org=acme");
        agreeing.Headers.Add("X-Tenant", "acme");
        using var found = await host.Client.SendAsync(agreeing);
        Assert.Equal(HttpStatusCode.OK, found.StatusCode);

        using var alone = new HttpRequestMessage(HttpMethod.Get, "/me");
        alone.Headers.Add("X-Tenant", "acme");
        using var refused = await host.Client.SendAsync(alone);
        Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
    }

    [Fact]
    public async Task Sources_named_in_two_calls_add_up_and_one_named_twice_counts_once()
    {
        await using var host = await TestHost.StartBareAsync(
            services => services.AddTenancy()
                .ResolveTenantsFrom(sources => sources.Claim("org"))
                .ResolveTenantsFrom(sources => sources.Claim("org").Route("tenant")),
            app =>
            {
                app.UseTenancy();
                Organizations.Map(app);
            });
        Assert.Equal(2, host.Services.GetRequiredService<IOptions<TenantSources>>().Value.Count);
        Assert.Equal(HttpStatusCode.OK, await StatusOf(host, Organizations.Of("acme"), "org=acme"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusOf(host, Organizations.Of("beta"), "org=acme"));
    }

    static async Task<HttpStatusCode> StatusOf(TestHost host, string path, string? claims)
    {
        using var response = await host.GetAsync(path, claims);
        return response.StatusCode;
    }

    sealed class HeaderSource : ITenantSource
    {
        public bool IsProof => false;

        public TenantAnswer Read(HttpContext context) => context.Request.Headers["X-Tenant"] switch
        {
            { Count: 0 } => TenantAnswer.Silent,
            { Count: 1 } values => TenantAnswer.Named(values[0].AsMemory()),
            _ => TenantAnswer.Contradictory,
        };
    }
}
