using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Tenancy.AspNetCore.Tests;

/// <summary>I6: an error while resolving is a refusal, never "no tenant".</summary>
public sealed class FailClosedTests
{
    public static TheoryData<Exception> Errors { get; } =
        [new InvalidOperationException("broken"), new OperationCanceledException(), new TimeoutException()];

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task A_source_that_throws_is_a_500_and_the_handler_does_not_run(Exception error)
    {
        var entered = 0;
        await using var host = await TestHost.StartAsync(
            app =>
            {
                app.MapGet("/me", () => entered++).RequireTenant();
                app.MapGet("/open", () => entered++);
                app.MapGet("/out", () => entered++).WithoutTenant();
            },
            sources => sources.Claim("org").Add(new ThrowingSource(error)));
        foreach (var path in new[] { "/me", "/open" })
        {
            using var response = await host.GetAsync(path, "org=acme");
            Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
            Assert.DoesNotContain("broken", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.Equal(0, entered);
        using var control = await host.GetAsync("/out", "org=acme");
        Assert.Equal(1, entered);
    }

    [Fact]
    public async Task A_catalog_that_throws_is_a_500_and_the_handler_does_not_run()
    {
        var entered = 0;
        await using var host = await TestHost.StartAsync(
            app => app.MapGet("/open", () => entered++),
            services: services => services.AddSingleton<ITenantCatalog, BrokenCatalog>());
        using var response = await host.GetAsync("/open", "org=acme");
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal(0, entered);
    }

    [Fact]
    public async Task An_empty_catalog_knows_no_tenant()
    {
        await using var host = await TestHost.StartAsync(Organizations.Map);
        host.Catalog.Current = TenantCatalogSnapshot.Empty;
        using var response = await host.GetAsync("/me", "org=acme");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    sealed class ThrowingSource(Exception error) : ITenantSource
    {
        public bool IsProof => false;

        public TenantAnswer Read(HttpContext context) => throw error;
    }

    sealed class BrokenCatalog : ITenantCatalog
    {
        public TenantCatalogSnapshot Current => throw new InvalidOperationException("broken");

        public Task<TenantCatalogSnapshot> RefreshAsync(CancellationToken cancellationToken = default) =>
            throw new InvalidOperationException("broken");
    }
}
