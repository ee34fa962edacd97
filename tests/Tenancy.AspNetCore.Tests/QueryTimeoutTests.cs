using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;

namespace Tenancy.AspNetCore.Tests;

/// <summary>A statement that the tier of the request's tenant ended is a 504 that names neither.</summary>
public sealed class QueryTimeoutTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_answer_is_504_also_where_the_error_is_wrapped(bool wrapped)
    {
        await using var host = await TestHost.StartAsync(app => app.MapGet(
            "/me", string () => throw (wrapped ? new InvalidOperationException("Saving failed.", new Ended()) : new Ended())).RequireTenant());
        using var response = await host.GetAsync("/me", "org=acme");
        Assert.Equal(504, (int)response.StatusCode);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(TenancyProblems.QueryTimeout, problem.GetProperty("type").GetString());
        Assert.DoesNotContain("starter", problem.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Any_other_timeout_is_left_alone()
    {
        await using var host = await TestHost.StartAsync(app =>
            app.MapGet("/me", string () => throw new TimeoutException("The caller's own.")).RequireTenant());
        using var response = await host.GetAsync("/me", "org=acme");
        Assert.Equal(500, (int)response.StatusCode);
    }

    [Fact]
    public async Task An_endpoint_without_a_tenant_is_not_told_of_its_tenants_tier()
    {
        await using var host = await TestHost.StartAsync(app =>
            app.MapGet("/admin", string () => throw new Ended()).WithoutTenant());
        using var response = await host.GetAsync("/admin", "org=acme");
        Assert.Equal(500, (int)response.StatusCode);
    }

    sealed class Ended() : TimeoutException("Ended by the tier."), IQueryTimeout
    {
        public string Tier => "starter";

        public TimeSpan Limit => TimeSpan.FromSeconds(30);
    }
}
