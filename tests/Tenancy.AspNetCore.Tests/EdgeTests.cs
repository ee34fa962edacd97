using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Tenancy.AspNetCore.Tests;

/// <summary>What is refused before anything is known of the caller.</summary>
public sealed class EdgeTests
{
    static readonly Action<TenantSources> Public = sources => sources.Host("{tenant}.example.com").Header("X-Tenant").Route("tenant");
    static readonly Action<TenantSources> Proven = sources => Public(sources.Claim("org"));

    [Theory]
    [InlineData("/me", "acme'drop.example.com", null)]
    [InlineData("/me", "acme.beta.example.com", null)]
    [InlineData("/me", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example.com", null)]
    [InlineData("/me", "localhost", "X-Tenant: a'; drop schema x; --")]
    [InlineData("/me", "localhost", "X-Tenant:")]
    [InlineData("/me", "localhost", "X-Tenant: acme\r\nX-Tenant: acme")]
    [InlineData("/me", "acme.example.com", "X-Tenant: beta")]
    [InlineData("/v1/organizations/ACME/documents", "localhost", null)]
    [InlineData("/v1/organizations/acme/documents", "beta.example.com", null)]
    public async Task What_can_be_no_tenants_request_never_reaches_authentication(string path, string host, string? header)
    {
        foreach (var sources in new[] { Public, Proven })
        {
            var reached = 0;
            await using var server = await StartAsync(sources, () => reached++);
            var expected = await server.GetRawAsync("/me", "org=nobody", "nobody.example.com");
            reached = 0;
            var answer = await server.GetRawAsync(path, "org=acme", host, header is null ? [] : [header]);
            // Kestrel refuses some hosts itself.
            if (!answer.StartsWith("HTTP/1.1 400 Bad Request", StringComparison.Ordinal))
                Assert.Equal(expected, answer);
            Assert.Equal(0, reached);
        }
    }

    [Fact]
    public async Task An_unknown_tenant_is_refused_early_only_where_no_claim_could_be_betrayed()
    {
        foreach (var (sources, reaches) in new[] { (Public, 0), (Proven, 1) })
        {
            var reached = 0;
            await using var host = await StartAsync(sources, () => reached++);
            Assert.StartsWith("HTTP/1.1 404", await host.GetRawAsync("/me", "org=nobody", "nobody.example.com"), StringComparison.Ordinal);
            Assert.Equal(reaches, reached);
        }
    }

    [Theory]
    [InlineData("/me", "acme.example.com", "org=acme", 200)]
    [InlineData("/me", "localhost", "org=acme", 200)]
    [InlineData("/me", "sleepy.example.com", "org=sleepy", 403)]
    [InlineData("/me", "beta.example.com", "org=acme", 404)]
    [InlineData("/me", "localhost", null, 400)]
    [InlineData("/v1/organizations/NOBODY/help", "a.b.example.com", null, 200)]
    [InlineData("/nowhere", "a.b.example.com", null, 404)]
    public async Task Everything_else_is_decided_as_without_it(string path, string host, string? claims, int status)
    {
        await using var with = await StartAsync(Proven, () => { });
        await using var without = await TestHost.StartAsync(Organizations.Map, Proven);
        var answer = await with.GetRawAsync(path, claims, host);
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Equal(WithoutTrace(await without.GetRawAsync(path, claims, host)), WithoutTrace(answer));
    }

    [Fact]
    public async Task A_limit_at_the_edge_sees_the_selected_tenant_and_may_answer()
    {
        var limit = new Limit();
        await using var host = await StartAsync(Proven, () => { }, services => services.AddSingleton<ITenantEdge>(limit));
        Assert.StartsWith("HTTP/1.1 200", await host.GetRawAsync("/me", "org=acme", "acme.example.com"), StringComparison.Ordinal);
        Assert.Same(FixedCatalog.Acme, limit.Selected);
        Assert.StartsWith("HTTP/1.1 404", await host.GetRawAsync("/me", "org=nobody", "nobody.example.com"), StringComparison.Ordinal);
        Assert.Null(limit.Selected);
        limit.Open = false;
        Assert.StartsWith("HTTP/1.1 429", await host.GetRawAsync("/me", "org=acme", "acme.example.com"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_edge_after_UseTenancy_is_an_error_that_names_the_order()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => TestHost.StartBareAsync(
            services => services.AddTenancy().ResolveTenantsFrom(Proven), app => app.UseTenancy().UseTenancyEdge()));
        Assert.Contains("before app.UseAuthentication()", error.Message, StringComparison.Ordinal);
        error = await Assert.ThrowsAsync<InvalidOperationException>(() => TestHost.StartBareAsync(
            services => services.AddTenancy(), app => app.UseTenancyEdge()));
        Assert.Contains("ResolveTenantsFrom(", error.Message, StringComparison.Ordinal);
    }

    static string WithoutTrace(string answer) =>
        System.Text.RegularExpressions.Regex.Replace(answer, "\"traceId\":\"[^\"]*\"", "");

    static Task<TestHost> StartAsync(
        Action<TenantSources> sources, Action reached, Action<IServiceCollection>? more = null) => TestHost.StartBareAsync(
        services =>
        {
            services.AddTenancy().ResolveTenantsFrom(sources);
            more?.Invoke(services);
        },
        app =>
        {
            app.UseExceptionHandler();
            app.UseTenancyEdge();
            app.Use((context, next) =>
            {
                reached();
                return next(context);
            });
            app.UseAuthentication();
            app.UseTenancy();
            Organizations.Map(app);
        });

    sealed class Limit : ITenantEdge
    {
        public bool Open { get; set; } = true;

        public Tenant? Selected { get; private set; }

        public ValueTask<bool> AdmitAsync(HttpContext context, Tenant? selected)
        {
            Selected = selected;
            if (!Open)
                context.Response.StatusCode = 429;
            return ValueTask.FromResult(Open);
        }
    }
}
