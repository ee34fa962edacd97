using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Tenancy.AspNetCore.Tests;

/// <summary>What requests are counted as, and for whom.</summary>
public sealed class MeteringTests
{
    [Fact]
    public async Task Requests_refusals_and_pages_are_counted_for_the_tenant_whose_they_are()
    {
        await using var host = await StartAsync();
        for (var i = 0; i < 6; i++)
            await host.GetAsync(Organizations.Of("acme"), "org=acme");
        await host.GetAsync("/v1/organizations/beta/scan?pages=7", "org=beta");
        await host.GetAsync("/v1/organizations/beta/plain", "org=beta");
        // Refused while it was served: admitted, and refused after all.
        using var full = await host.GetAsync("/v1/organizations/beta/full", "org=beta");
        Assert.Equal(HttpStatusCode.Forbidden, full.StatusCode);
        // Nobody's: strangers, and endpoints that are left out.
        await host.GetAsync(Organizations.Of("acme"), "org=beta");
        await host.GetAsync("/v1/organizations/beta/uncounted", "org=beta");

        var used = host.Services.GetRequiredService<UsageBook>().Take().ToDictionary(static entry => entry.Tenant, static entry => entry.Amounts);
        Assert.Equal(new UsageAmounts { Requests = 4, Rejections = 2 }, used[FixedCatalog.Acme.Id]);
        var beta = Assert.Single(used, entry => entry.Key != FixedCatalog.Acme.Id).Value;
        Assert.Equal(new UsageAmounts { Requests = 3, Rejections = 1, Pages = 7 }, beta);
    }

    [Fact]
    public async Task A_full_storage_is_answered_with_403_also_where_an_orm_wrapped_it()
    {
        await using var host = await StartAsync();
        using var answer = await host.GetAsync("/v1/organizations/acme/full", "org=acme");
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        var body = await answer.Content.ReadAsStringAsync();
        Assert.Contains(TenancyProblems.StorageFull, body, StringComparison.Ordinal);
        Assert.DoesNotContain("a secret", body, StringComparison.Ordinal);
    }

    static async Task<TestHost> StartAsync()
    {
        var host = await TestHost.StartAsync(endpoints =>
        {
            Organizations.Map(endpoints);
            var group = endpoints.MapGroup("/v1/organizations/{tenant}").RequireTenant();
            group.MapGet("/scan", (HttpContext context, int pages) => context.SettleQuota(LimitMeters.Pages, pages)).RequireQuota(LimitMeters.Pages, 10);
            group.MapGet("/plain", () => "plain");
            group.MapGet("/full", string () => throw new InvalidOperationException("a secret", new FullStorage()));
            group.MapGet("/uncounted", () => "uncounted").WithoutRequestLimit();
        });
        var current = host.Catalog.Current;
        host.Catalog.Current = current.With(
            [], [], [new Tier { Name = "starter", Requests = new RequestLimits { PerDay = 4 } }], current.Revision + 1, DateTimeOffset.UnixEpoch);
        return host;
    }

    sealed class FullStorage : Exception, ITenantRefusal
    {
        public TenantRefusalKind Kind => TenantRefusalKind.StorageFull;

        public TimeSpan? RetryAfter => null;

        public IReadOnlyList<string> ViolatedPolicies => ["storage"];
    }
}
