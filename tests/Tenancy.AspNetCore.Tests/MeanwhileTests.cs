using Microsoft.AspNetCore.Builder;

namespace Tenancy.AspNetCore.Tests;

/// <summary>Tenants that become unavailable while their request runs.</summary>
public sealed class MeanwhileTests
{
    [Theory]
    [InlineData(TenantStatus.Suspended, 403, TenancyProblems.TenantSuspended)]
    [InlineData(TenantStatus.Provisioning, 503, TenancyProblems.TenantNotReady)]
    [InlineData(TenantStatus.Deleting, 404, TenancyProblems.TenantNotFound)]
    [InlineData(null, 404, TenancyProblems.TenantNotFound)]
    public async Task The_answer_is_as_if_it_had_been_so_from_the_start(TenantStatus? now, int status, string type)
    {
        await using var host = await TestHost.StartAsync(app =>
            app.MapGet("/me", string () => throw new TenantUnavailableException(FixedCatalog.Acme, now))
                .RequireTenant());
        using var response = await host.GetAsync("/me", "org=acme");
        Assert.Equal(status, (int)response.StatusCode);
        var body = await response.Content.ReadAsStringAsync();
        Assert.Contains(type, body, StringComparison.Ordinal);
        Assert.DoesNotContain("acme", body, StringComparison.Ordinal);
        using var unknown = await host.GetAsync("/me", "org=nobody");
        if (status == 404)
            Assert.Equal(await unknown.Content.ReadAsStringAsync(), body);
    }

    [Fact]
    public async Task Other_errors_are_left_alone()
    {
        await using var host = await TestHost.StartAsync(app =>
            app.MapGet("/me", string () => throw new NoTenantException()).RequireTenant());
        using var response = await host.GetAsync("/me", "org=acme");
        Assert.Equal(500, (int)response.StatusCode);
    }

    [Fact]
    public async Task An_endpoint_without_a_tenant_that_worked_on_one_is_not_told_its_tenant_is_suspended()
    {
        await using var host = await TestHost.StartAsync(app => app.MapGet(
            "/admin", string () => throw new TenantUnavailableException(FixedCatalog.Sleepy, TenantStatus.Suspended))
            .WithoutTenant());
        using var response = await host.GetAsync("/admin", "org=acme");
        Assert.Equal(500, (int)response.StatusCode);
    }
}
