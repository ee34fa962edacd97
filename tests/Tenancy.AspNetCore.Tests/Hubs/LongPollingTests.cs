using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Tenancy.AspNetCore.Tests;

/// <summary>A connection whose requests come and go: nothing of its first request is there when the hub runs.</summary>
public sealed class LongPollingTests
{
    [Fact]
    public async Task The_tenant_is_pinned_where_requests_come_and_go()
    {
        var ledger = new HubLedger();
        await using var host = await TestHost.StartAsync(
            endpoints => endpoints.MapHub<OrdersHub>("/orders").RequireTenant(),
            services: services => services.AddSingleton(ledger).AddSignalR());
        var negotiated = await SendAsync(host, HttpMethod.Post, "/orders/negotiate?negotiateVersion=1", "");
        var address = "/orders?id=" + JsonDocument.Parse(negotiated).RootElement.GetProperty("connectionToken").GetString();
        await SendAsync(host, HttpMethod.Get, address);
        await SendAsync(host, HttpMethod.Post, address, "{\"protocol\":\"json\",\"version\":1}\u001e");
        await SendAsync(host, HttpMethod.Post, address, "{\"type\":1,\"invocationId\":\"1\",\"target\":\"Who\",\"arguments\":[]}\u001e");
        var heard = "";
        while (!heard.Contains("\"result\"", StringComparison.Ordinal))
            heard += await SendAsync(host, HttpMethod.Get, address);
        Assert.Contains("\"result\":\"acme\"", heard, StringComparison.Ordinal);
        Assert.Equal("connected acme", ledger.Lines.First());

        // A stream's items are made outside of the scope, with no request around them: absent, as the documentation says.
        await SendAsync(host, HttpMethod.Post, address, "{\"type\":4,\"invocationId\":\"s\",\"target\":\"Stream\",\"arguments\":[]}\u001e");
        heard = "";
        while (!heard.Contains("\"invocationId\":\"s\"}\u001e", StringComparison.Ordinal))
            heard += await SendAsync(host, HttpMethod.Get, address);
        Assert.Equal(3, heard.Split("\"item\":\"-\"").Length - 1);

        // Another tenant's caller does not even get at the connection by a hub of a tenant that is not there.
        Assert.Contains(TenancyProblems.TenantNotFound, await SendAsync(host, HttpMethod.Post, address, "x", "org=nobody"), StringComparison.Ordinal);
        await SendAsync(host, HttpMethod.Delete, address);
        await ledger.Gone.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal("disconnected acme", ledger.Lines.Last());
    }

    [Fact]
    public async Task The_negotiation_is_refused_as_any_request()
    {
        await using var host = await TestHost.StartAsync(
            endpoints => endpoints.MapHub<OrdersHub>("/orders").RequireTenant(),
            services: services => services.AddSingleton(new HubLedger()).AddSignalR());
        using var request = new HttpRequestMessage(HttpMethod.Post, "/orders/negotiate?negotiateVersion=1");
        using var response = await host.Client.SendAsync(request);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(TenancyProblems.TenantRequired, problem.GetProperty("type").GetString());
    }

    static async Task<string> SendAsync(TestHost host, HttpMethod method, string path, string? body = null, string claims = "org=acme")
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add(HeaderAuthenticationHandler.Claims, claims);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8);
        using var response = await host.Client.SendAsync(request);
        return await response.Content.ReadAsStringAsync();
    }
}
