using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Tenancy.AspNetCore.Tests;

public sealed class AmbientTenantTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task The_tenant_is_ambient_inside_the_request_and_absent_around_it()
    {
        Tenant? before = null, inside = null, after = null, featured = null;
        await using var host = await TestHost.StartBareAsync(
            services => services.AddTenancy().ResolveTenantsFrom(TestHost.ClaimAndRoute),
            app =>
            {
                var tenants = app.Services.GetRequiredService<ITenantContext>();
                app.Use(async (context, next) =>
                {
                    before = tenants.Current;
                    await next(context);
                    after = tenants.Current;
                    featured = context.Features.Get<ITenantFeature>()?.Tenant;
                });
                app.UseTenancy();
                app.MapGet("/me", async (HttpContext context) =>
                {
                    await Task.Yield();
                    inside = tenants.Current;
                    Assert.Same(inside, context.Features.Get<ITenantFeature>()?.Tenant);
                }).RequireTenant();
            });
        using var response = await host.GetAsync("/me", "org=acme");
        Assert.True(response.IsSuccessStatusCode);
        Assert.Null(before);
        Assert.Same(FixedCatalog.Acme, inside);
        Assert.Null(after);
        Assert.Same(FixedCatalog.Acme, featured);
    }

    [Fact]
    public async Task The_tenant_is_absent_in_a_task_that_outlives_the_request()
    {
        var during = new TaskCompletionSource<Tenant?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var later = new TaskCompletionSource<Tenant?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await TestHost.StartAsync(app =>
            app.MapGet("/me", async (ITenantContext tenants) =>
            {
                _ = Task.Run(async () =>
                {
                    during.SetResult(tenants.Current);
                    await ended.Task;
                    later.SetResult(tenants.Current);
                });
                await during.Task;
            }).RequireTenant());
        using var response = await host.GetAsync("/me", "org=acme");
        Assert.True(response.IsSuccessStatusCode);
        ended.SetResult();
        Assert.Same(FixedCatalog.Acme, await during.Task);
        Assert.Null(await later.Task.WaitAsync(Patience));
    }

    [Fact]
    public async Task The_tenant_is_absent_after_a_handler_that_throws()
    {
        Tenant? after = FixedCatalog.Acme;
        await using var host = await TestHost.StartBareAsync(
            services => services.AddTenancy().ResolveTenantsFrom(TestHost.ClaimAndRoute),
            app =>
            {
                var tenants = app.Services.GetRequiredService<ITenantContext>();
                app.Use(async (context, next) =>
                {
                    try
                    {
                        await next(context);
                    }
                    finally
                    {
                        after = tenants.Current;
                    }
                });
                app.UseTenancy();
                app.MapGet("/me", string () => throw new InvalidOperationException("broken")).RequireTenant();
            });
        using var response = await host.GetAsync("/me", "org=acme");
        Assert.Equal(500, (int)response.StatusCode);
        Assert.Null(after);
    }

    [Fact]
    public async Task Concurrent_requests_on_one_connection_pool_see_their_own_tenant_only()
    {
        await using var host = await TestHost.StartAsync(app =>
            app.MapGet("/me", async (ITenantContext tenants) =>
            {
                var first = Organizations.Ambient(tenants);
                await Task.Delay(1);
                return $"{first} {Organizations.Ambient(tenants)}";
            }).RequireTenant());
        await Parallel.ForAsync(0, 200, async (i, _) =>
        {
            var slug = i % 2 == 0 ? "acme" : "beta";
            using var response = await host.GetAsync("/me", $"org={slug}");
            Assert.Equal($"{slug} {slug}", await response.Content.ReadAsStringAsync(CancellationToken.None));
        });
    }

    [Fact]
    public async Task An_error_page_run_in_a_failed_requests_context_has_no_tenant()
    {
        await using var host = await TestHost.StartBareAsync(
            services => services.AddTenancy().ResolveTenantsFrom(TestHost.ClaimAndRoute),
            app =>
            {
                app.UseExceptionHandler("/error");
                app.UseRouting();
                app.UseAuthentication();
                app.UseTenancy();
                app.MapGet("/me", string () => throw new InvalidOperationException("broken")).RequireTenant();
                app.Map("/error", Describe).WithoutTenant();
            });
        using var response = await host.GetAsync("/me", "org=acme");
        Assert.Equal("- True", await response.Content.ReadAsStringAsync());

        static string Describe(HttpContext context, ITenantContext tenants) =>
            $"{Organizations.Ambient(tenants)} {context.Features.Get<ITenantFeature>() is null}";
    }
}
