using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Tenancy.AspNetCore.Tests;

public sealed class ProblemTests
{
    [Theory]
    [InlineData("sleepy", 403)]
    [InlineData("newborn", 503)]
    [InlineData("nobody", 404)]
    public async Task A_caller_who_accepts_no_json_still_gets_the_status_and_a_problem(string slug, int status)
    {
        await using var host = await TestHost.StartAsync(Organizations.Map);
        using var response = await host.GetAsync("/me", $"org={slug}", accept: "image/png");
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
    }

    [Theory]
    [InlineData("sleepy", "org=sleepy")]
    [InlineData("newborn", "org=newborn")]
    [InlineData("beta", "org=acme")]
    [InlineData("nobody-of-this-name", "org=nobody-of-this-name")]
    public async Task No_answer_names_a_tenant(string slug, string claims)
    {
        await using var host = await TestHost.StartAsync(Organizations.Map);
        var answer = await host.GetRawAsync(Organizations.Of(slug), claims);
        foreach (var tenant in host.Catalog.Current.Tenants)
        {
            Assert.DoesNotContain(tenant.Slug.Value, answer, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(tenant.Id.ToString(), answer, StringComparison.OrdinalIgnoreCase);
        }

        Assert.DoesNotContain(slug, answer, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_hosts_customisation_applies_to_what_may_differ()
    {
        await using var host = await TestHost.StartAsync(Organizations.Map, services: services =>
            services.AddProblemDetails(options =>
                options.CustomizeProblemDetails = context => context.ProblemDetails.Extensions["support"] = "555"));
        foreach (var (path, claims) in new[] { ("/me", "org=sleepy"), ("/me", "org=newborn"), ("/me", "sub=1") })
        {
            using var response = await host.GetAsync(path, claims);
            var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
            Assert.Equal("555", problem.GetProperty("support").GetString());
        }
    }

    [Fact]
    public async Task Status_code_pages_leave_the_problem_alone()
    {
        await using var host = await TestHost.StartBareAsync(
            services => services.AddTenancy().ResolveTenantsFrom(TestHost.ClaimAndRoute),
            app =>
            {
                app.UseStatusCodePages();
                app.UseTenancy();
                Organizations.Map(app);
            });
        using var response = await host.GetAsync("/me", "org=nobody");
        var body = await response.Content.ReadAsStringAsync();
        Assert.Contains(TenancyProblems.TenantNotFound, body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_HEAD_request_gets_the_status_without_a_body()
    {
        await using var host = await TestHost.StartAsync(
            app => app.MapMethods("/me", ["HEAD"], () => "").RequireTenant());
        using var request = new HttpRequestMessage(HttpMethod.Head, "/me");
        request.Headers.Add(HeaderAuthenticationHandler.Claims, "org=nobody");
        using var response = await host.Client.SendAsync(request);
        Assert.Equal(404, (int)response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }
}
