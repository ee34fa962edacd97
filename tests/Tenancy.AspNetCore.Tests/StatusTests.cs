using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Tenancy.AspNetCore.Tests;

public sealed class StatusTests(HostFixture fixture) : IClassFixture<HostFixture>
{
    [Theory]
    [InlineData("acme", "org=acme", 200, null)]
    [InlineData("nobody", "org=nobody", 404, TenancyProblems.TenantNotFound)]
    [InlineData("beta", "org=acme", 404, TenancyProblems.TenantNotFound)]
    [InlineData("acme", "org=acme;org=beta", 404, TenancyProblems.TenantNotFound)]
    [InlineData("acme", "sub=1", 404, TenancyProblems.TenantNotFound)]
    [InlineData("acme", null, 404, TenancyProblems.TenantNotFound)]
    [InlineData("leaving", "org=leaving", 404, TenancyProblems.TenantNotFound)]
    [InlineData("sleepy", "org=sleepy", 403, TenancyProblems.TenantSuspended)]
    [InlineData("newborn", "org=newborn", 503, TenancyProblems.TenantNotReady)]
    public async Task The_status_follows_from_the_tenant_and_the_caller(
        string slug, string? claims, int status, string? type)
    {
        using var response = await fixture.Host.GetAsync(Organizations.Of(slug), claims);
        await AssertAnswer(response, status, type);
    }

    [Fact]
    public async Task A_request_that_names_no_tenant_where_one_is_needed_is_400()
    {
        using var response = await fixture.Host.GetAsync("/me", "sub=1");
        await AssertAnswer(response, 400, TenancyProblems.TenantRequired);
    }

    [Fact]
    public async Task A_tenant_that_is_not_ready_is_worth_another_try_in_5_seconds()
    {
        using var response = await fixture.Host.GetAsync(Organizations.Of("newborn"), "org=newborn");
        Assert.Equal(TimeSpan.FromSeconds(5), response.Headers.RetryAfter?.Delta);
    }

    [Theory]
    [InlineData("/open", null, 200)]
    [InlineData("/open", "sub=1", 200)]
    [InlineData("/open", "org=nobody", 404)]
    [InlineData("/open", "org=sleepy", 403)]
    [InlineData("/open", "org=newborn", 503)]
    [InlineData("/open", "org=leaving", 404)]
    [InlineData("/open", "org=acme;org=acme", 404)]
    [InlineData("/open/acme", null, 404)]
    [InlineData("/open/beta", "org=acme", 404)]
    public async Task An_endpoint_that_says_nothing_needs_no_tenant_but_refuses_a_wrong_one(
        string path, string? claims, int status)
    {
        using var response = await fixture.Host.GetAsync(path, claims);
        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task A_path_without_an_endpoint_is_routings_404()
    {
        using var response = await fixture.Host.GetAsync("/nowhere", "org=nobody");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsStringAsync());
    }

    static async Task AssertAnswer(HttpResponseMessage response, int status, string? type)
    {
        Assert.Equal(status, (int)response.StatusCode);
        if (type is null)
            return;
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.True(response.Headers.CacheControl?.NoStore);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(type, problem.GetProperty("type").GetString());
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("title").GetString()!);
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
        Assert.False(problem.TryGetProperty("instance", out _));
    }
}
