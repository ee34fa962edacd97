using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Tenancy.AspNetCore.Tests;

/// <summary>Calls over real HTTP/2 to an endpoint that is mapped as a gRPC method is.</summary>
public sealed class GrpcTests : IAsyncLifetime
{
    TestHost _host = null!;

    public async Task InitializeAsync() => _host = await TestHost.StartBareAsync(
        services => services.AddTenancy().ResolveTenantsFrom(sources => sources.Claim("org").Header("x-tenant")),
        app =>
        {
            app.UseAuthentication();
            app.UseTenancy();
            app.MapPost("/inbox.Documents/Get", async (HttpContext context, ITenantContext tenants) =>
            {
                context.Response.ContentType = "application/grpc";
                await context.Response.Body.WriteAsync(System.Text.Encoding.ASCII.GetBytes(Organizations.Ambient(tenants)));
                context.Response.AppendTrailer("grpc-status", "0");
            }).RequireTenant();
        },
        HttpProtocols.Http2);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("org=nobody", null, "5")]
    [InlineData("org=beta", "acme", "5")]
    [InlineData("org=acme;org=acme", null, "5")]
    [InlineData("org=leaving", null, "5")]
    [InlineData(null, "acme", "5")]
    [InlineData("org=sleepy", null, "7")]
    [InlineData("sub=1", null, "3")]
    [InlineData("org=newborn", null, "14")]
    public async Task A_refusal_is_a_status_in_the_headers_and_no_body(string? claims, string? header, string status)
    {
        using var response = await CallAsync(claims, header);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(new Version(2, 0), response.Version);
        Assert.Equal("application/grpc", response.Content.Headers.ContentType?.ToString());
        Assert.Equal(status, Assert.Single(response.Headers.GetValues("grpc-status")));
        var message = Assert.Single(response.Headers.GetValues("grpc-message"));
        Assert.NotEmpty(message);
        Assert.All(message, c => Assert.True(c is >= ' ' and <= '~' and not '%'));
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
        Assert.Empty(response.TrailingHeaders);
        Assert.Equal(status == "14", response.Headers.Contains("grpc-retry-pushback-ms"));
    }

    [Fact]
    public async Task Unknown_and_not_yours_have_the_same_headers_in_the_same_order()
    {
        var expected = await HeadersAsync("org=nobody", null);
        Assert.Equal(expected, await HeadersAsync("org=acme", "beta"));
        Assert.Equal(expected, await HeadersAsync("org=acme;org=beta", null));
        Assert.NotEqual(expected, await HeadersAsync("org=sleepy", null));
    }

    [Fact]
    public async Task A_call_that_is_not_refused_is_served_with_its_tenant()
    {
        using var response = await CallAsync("org=acme", "acme");
        Assert.Equal("acme", await response.Content.ReadAsStringAsync());
        Assert.Equal("0", Assert.Single(response.TrailingHeaders.GetValues("grpc-status")));
    }

    [Theory]
    [InlineData("application/grpc", "application/grpc")]
    [InlineData("application/grpc+proto", "application/grpc")]
    [InlineData("application/grpc;charset=utf-8", "application/grpc")]
    [InlineData("application/grpc-web", "application/grpc-web")]
    [InlineData("application/grpc-web-text+proto", "application/grpc-web-text")]
    public async Task Each_kind_of_gRPC_gets_its_own_kind_back(string asked, string answered)
    {
        using var response = await CallAsync("org=nobody", null, asked);
        Assert.Equal(answered, response.Content.Headers.ContentType?.ToString());
        Assert.True(response.Headers.Contains("grpc-status"));
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/grpcx")]
    public async Task What_is_not_gRPC_gets_a_problem(string asked)
    {
        using var response = await CallAsync("org=nobody", null, asked);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    async Task<string> HeadersAsync(string claims, string? header)
    {
        using var response = await CallAsync(claims, header);
        return string.Join('\n', response.Headers.Concat(response.Content.Headers)
            .Select(pair => pair.Key == "Date" ? "Date" : $"{pair.Key}: {string.Join('|', pair.Value)}"));
    }

    async Task<HttpResponseMessage> CallAsync(string? claims, string? header, string type = "application/grpc")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/inbox.Documents/Get")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([0, 0, 0, 0, 0]),
        };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        request.Headers.Add("TE", "trailers");
        if (claims is not null)
            request.Headers.Add(HeaderAuthenticationHandler.Claims, claims);
        if (header is not null)
            request.Headers.Add("x-tenant", header);
        return await _host.Client.SendAsync(request);
    }
}
