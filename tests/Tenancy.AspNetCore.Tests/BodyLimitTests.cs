using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace Tenancy.AspNetCore.Tests;

/// <summary>The body of a tenant's request has the size that its tier allows, and no more, also where it does not say how large it is.</summary>
public sealed class BodyLimitTests
{
    int _served;

    [Theory]
    [InlineData(1000, false, 200)]
    [InlineData(1001, false, 413)]
    // What frames the chunks counts, too.
    [InlineData(900, true, 200)]
    [InlineData(1001, true, 413)]
    [InlineData(100_000, true, 413)]
    public async Task More_than_the_tier_allows_is_413(int bytes, bool chunked, int status)
    {
        await using var host = await StartAsync(1000);
        using var response = await PostAsync(host, "acme", "read", bytes, chunked);
        Assert.Equal(status, (int)response.StatusCode);
        // What says beforehand that it is too large reaches no handler.
        Assert.Equal(status == 200 || chunked ? 1 : 0, _served);
        if (status == 200)
        {
            Assert.Equal(bytes.ToString(), await response.Content.ReadAsStringAsync());
            return;
        }

        var problem = (await response.Content.ReadFromJsonAsync<JsonObject>())!;
        Assert.Equal((TenancyProblems.BodyTooLarge, 413), (problem["type"]!.GetValue<string>(), problem["status"]!.GetValue<int>()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_a_limit_the_servers_own_holds(bool chunked)
    {
        await using var host = await StartAsync(null);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(host, "acme", "read", 100_000, chunked)).StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await PostAsync(host, "acme", "small", 100, chunked)).StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_tier_never_allows_more_than_the_endpoint(bool chunked)
    {
        await using var host = await StartAsync(1000);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await PostAsync(host, "acme", "small", 100, chunked)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(host, "acme", "small", 10, chunked)).StatusCode);
    }

    [Fact]
    public async Task An_endpoint_that_reads_no_tenant_is_left_alone()
    {
        await using var host = await StartAsync(1000);
        using var content = new ByteArrayContent(new byte[2000]);
        using var response = await host.Client.PostAsync("/open", content);
        Assert.Equal("2000", await response.Content.ReadAsStringAsync());
    }

    async Task<TestHost> StartAsync(long? most)
    {
        var host = await TestHost.StartAsync(endpoints =>
        {
            endpoints.MapPost("/open", (Delegate)ReadAsync).WithoutTenant();
            var group = endpoints.MapGroup("/v1/organizations/{tenant}").RequireTenant();
            group.MapPost("/read", (Delegate)ReadAsync);
            group.MapPost("/small", (Delegate)ReadAsync).WithMetadata(new Most());
        });
        host.Catalog.Current = host.Catalog.Current.With(
            [], [], [new Tier { Name = "starter", MaxRequestBytes = most }], host.Catalog.Current.Revision + 1, DateTimeOffset.UnixEpoch);
        return host;
    }

    async Task<string> ReadAsync(HttpContext context)
    {
        Interlocked.Increment(ref _served);
        using var all = new MemoryStream();
        await context.Request.Body.CopyToAsync(all);
        return all.Length.ToString();
    }

    static async Task<HttpResponseMessage> PostAsync(TestHost host, string tenant, string what, int bytes, bool chunked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/organizations/{tenant}/{what}") { Content = new ByteArrayContent(new byte[bytes]) };
        request.Headers.Add(HeaderAuthenticationHandler.Claims, $"org={tenant}");
        if (chunked)
        {
            request.Headers.TransferEncodingChunked = true;
            request.Content.Headers.ContentLength = null;
        }

        return await host.Client.SendAsync(request);
    }

    /// <summary>As RequestSizeLimitAttribute of MVC.</summary>
    sealed class Most : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => 50;
    }
}
