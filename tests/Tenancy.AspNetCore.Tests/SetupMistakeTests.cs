using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Tenancy.AspNetCore.Tests;

/// <summary>What is forgotten or misplaced is named.</summary>
public sealed class SetupMistakeTests
{
    static readonly Action<IServiceCollection> Tenancy =
        services => services.AddTenancy().ResolveTenantsFrom(TestHost.ClaimAndRoute);

    [Fact]
    public async Task UseTenancy_without_sources_names_the_missing_call()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => TestHost.StartBareAsync(
            services => services.AddTenancy(), app => app.UseTenancy()));
        Assert.Contains("ResolveTenantsFrom(", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ResolveTenantsFrom_nowhere_stops_the_host()
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => TestHost.StartBareAsync(
            services => services.AddTenancy().ResolveTenantsFrom(_ => { }), _ => { }));
        Assert.Contains("ResolveTenantsFrom names no source", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<OptionsValidationException>(() => TestHost.StartBareAsync(
            services => services.AddTenancy().ResolveTenantsFrom(_ => { }), app => app.UseTenancy()));
    }

    [Fact]
    public async Task UseTenancy_without_a_catalog_names_the_missing_call()
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => TestHost.StartBareAsync(
            services => Tenancy.Invoke(services.RemoveAll<ITenantCatalog>()), app => app.UseTenancy()));
        Assert.Contains("ITenantCatalog", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_host_does_not_start_where_an_endpoint_requires_a_tenant_and_UseTenancy_is_missing()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => TestHost.StartBareAsync(
            Tenancy, app => app.MapGet("/me", Organizations.Ambient).RequireTenant()));
        Assert.Contains("app.UseTenancy()", error.Message, StringComparison.Ordinal);

        error = await Assert.ThrowsAsync<InvalidOperationException>(() => TestHost.StartBareAsync(
            Tenancy, app => app.MapGet("/me", [RequireTenant] () => "")));
        Assert.Contains("app.UseTenancy()", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_host_starts_without_UseTenancy_where_no_endpoint_requires_a_tenant()
    {
        await using var host = await TestHost.StartBareAsync(Tenancy, app => app.MapGet("/", () => "hello"));
        Assert.Equal("hello", await host.Client.GetStringAsync("/"));
    }

    [Theory]
    [InlineData("/route")]
    [InlineData("/group/route")]
    [InlineData("/delegate")]
    [InlineData("/filtered")]
    [InlineData("/fallback/to/this")]
    public async Task An_endpoint_that_requires_a_tenant_does_not_run_where_nothing_of_tenancy_is_set_up(string path)
    {
        var entered = 0;
        await using var host = await TestHost.StartBareAsync(_ => { }, app =>
        {
            app.MapGet("/route", () => entered++).RequireTenant();
            app.MapGroup("/group").RequireTenant().MapGet("/route", () => entered++);
            app.MapGet("/delegate", Enter).RequireTenant();
            app.MapGet("/filtered", () => entered++).RequireTenant()
                .AddEndpointFilter((context, next) => next(context));
            app.MapFallback(() => entered++).RequireTenant();
            app.MapGet("/control", () => entered++);

            Task Enter(HttpContext context)
            {
                entered++;
                return Task.CompletedTask;
            }
        });
        using var response = await host.GetAsync(path, "org=acme");
        AssertMissed(host, response);
        Assert.Equal(0, entered);
        using var control = await host.GetAsync("/control");
        Assert.Equal(1, entered);
    }

    [Fact]
    public async Task A_controller_that_requires_a_tenant_does_not_run_without_UseTenancy()
    {
        await using var host = await TestHost.StartBareAsync(
            services => services.AddControllers().AddApplicationPart(typeof(NotesController).Assembly),
            app => app.MapControllers().RequireTenant());
        using var response = await host.GetAsync("/notes/acme", "org=acme");
        AssertMissed(host, response);
    }

    [Fact]
    public async Task An_opted_out_endpoint_runs_without_UseTenancy()
    {
        await using var host = await TestHost.StartBareAsync(_ => { }, app =>
            app.MapGroup("").RequireTenant().MapGet("/out", () => "out").WithoutTenant());
        Assert.Equal("out", await host.Client.GetStringAsync("/out"));
    }

    [Fact]
    public async Task UseTenancy_on_another_branch_does_not_open_the_endpoint()
    {
        await using var host = await TestHost.StartBareAsync(Tenancy, app =>
        {
            app.UseWhen(context => context.Request.Path == "/elsewhere", branch => branch.UseTenancy());
            app.MapGet("/me", Organizations.Ambient).RequireTenant();
            app.MapGet("/elsewhere", Organizations.Ambient).RequireTenant();
        });
        using var response = await host.GetAsync("/me", "org=acme");
        AssertMissed(host, response);
        using var control = await host.GetAsync("/elsewhere", "org=acme");
        Assert.Equal("acme", await control.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("/call")]
    [InlineData("/attribute")]
    public async Task UseTenancy_before_UseRouting_is_an_error_that_names_the_order(string path)
    {
        await using var host = await TestHost.StartBareAsync(Tenancy, app =>
        {
            app.UseAuthentication();
            app.UseTenancy();
            app.UseRouting();
            app.MapGet("/call", Organizations.Ambient).RequireTenant();
            app.MapGet("/attribute", [RequireTenant] () => { });
        });
        using var response = await host.GetAsync(path, "org=acme");
        AssertMissed(host, response);
    }

    static void AssertMissed(TestHost host, HttpResponseMessage response)
    {
        Assert.Equal(500, (int)response.StatusCode);
        Assert.Contains(host.Logs.Entries, entry =>
            entry.Text.Contains(nameof(InvalidOperationException), StringComparison.Ordinal)
            && entry.Text.Contains("Call app.UseTenancy() once, after app.UseRouting()", StringComparison.Ordinal));
    }
}
