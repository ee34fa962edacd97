using System.Diagnostics;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Tenancy.AspNetCore.Tests;

/// <summary>Hubs over real sockets: a connection is its tenant's for as long as it lives.</summary>
public sealed class HubTests : IAsyncLifetime
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    readonly HubLedger _ledger = new();
    TestHost _host = null!;

    public async Task InitializeAsync() => _host = await TestHost.StartAsync(
        endpoints =>
        {
            endpoints.MapHub<OrdersHub>("/v1/organizations/{tenant}/orders").RequireTenant();
            endpoints.MapHub<OrdersHub>("/orders").RequireTenant();
            endpoints.MapHub<OrdersHub>("/lobby").WithoutTenant();
        },
        services: services =>
        {
            services.AddSingleton(_ledger);
            services.AddSignalR();
        });

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task The_tenant_is_ambient_at_connect_in_each_call_and_at_disconnect()
    {
        await using (var client = await HubClient.ConnectAsync(_host, "/orders", "org=acme"))
        {
            Assert.Equal("acme", await client.CallAsync("Who"));
            Assert.Equal("acme", await client.CallAsync("Who"));
            Assert.Equal("acme acme acme", await client.StreamAsync("Stream"));
        }

        await _ledger.Gone.Task.WaitAsync(Patience);
        Assert.Equal(["connected acme", "disconnected acme"], _ledger.Lines);
    }

    [Theory]
    [InlineData("/v1/organizations/acme/orders", "org=beta", 404)]
    [InlineData("/v1/organizations/nobody/orders", "org=nobody", 404)]
    [InlineData("/v1/organizations/acme/orders", null, 404)]
    [InlineData("/orders", "org=sleepy", 403)]
    [InlineData("/orders", "sub=1", 400)]
    public async Task A_connection_for_a_wrong_tenant_is_not_opened(string path, string? claims, int status)
    {
        using var socket = new ClientWebSocket();
        if (claims is not null)
            socket.Options.SetRequestHeader(HeaderAuthenticationHandler.Claims, claims);
        socket.Options.CollectHttpResponseDetails = true;
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(
            new UriBuilder(_host.Client.BaseAddress!) { Scheme = "ws", Path = path }.Uri, CancellationToken.None));
        Assert.Equal(status, (int)socket.HttpStatusCode);
        Assert.Empty(_ledger.Lines);
    }

    [Fact]
    public async Task Calls_of_two_tenants_side_by_side_see_their_own_and_groups_reach_their_own()
    {
        await using var acme = await HubClient.ConnectAsync(_host, "/v1/organizations/acme/orders", "org=acme");
        await using var other = await HubClient.ConnectAsync(_host, "/orders", "org=acme");
        await using var beta = await HubClient.ConnectAsync(_host, "/orders", "org=beta");
        for (var i = 0; i < 50; i++)
        {
            var calls = new[] { acme.CallAsync("Who"), beta.CallAsync("Who") };
            Assert.Equal(["acme", "beta"], await Task.WhenAll(calls));
        }

        Assert.Equal("ok", await acme.CallAsync("Tell", "first"));
        Assert.Equal("told acme:first", await other.HearAsync());
        Assert.Equal("ok", await beta.CallAsync("Tell", "second"));
        // Had the first reached beta's connection, it would have come before its own.
        Assert.Equal("told beta:second", await beta.HearAsync());
    }

    [Theory]
    [InlineData(TenantStatus.Suspended, "HubException: Your tenant is suspended")]
    [InlineData(TenantStatus.Deleting, "HubException: No such tenant is open to you")]
    [InlineData(null, "HubException: No such tenant is open to you")]
    public async Task An_open_connection_of_a_tenant_that_is_no_longer_active_is_refused_on_its_next_call(
        TenantStatus? now, string error)
    {
        await using (var client = await HubClient.ConnectAsync(_host, "/orders", "org=acme"))
        {
            Assert.Equal("acme", await client.CallAsync("Who"));
            if (now is { } status)
                _host.Catalog.Put(FixedCatalog.Acme with { Status = status });
            else
                _host.Catalog.Remove(FixedCatalog.Acme);
            Assert.Contains(error, await client.CallAsync("Who"), StringComparison.Ordinal);
            _host.Catalog.Put(FixedCatalog.Acme);
            Assert.Equal("acme", await client.CallAsync("Who"));
        }

        await _ledger.Gone.Task.WaitAsync(Patience);
        Assert.Equal("disconnected acme", _ledger.Lines.Last());
    }

    [Fact]
    public async Task Another_tenant_that_takes_the_slug_does_not_take_the_connection()
    {
        await using var client = await HubClient.ConnectAsync(_host, "/orders", "org=acme");
        Assert.Equal("acme", await client.CallAsync("Who"));
        _host.Catalog.Remove(FixedCatalog.Acme);
        _host.Catalog.Put(FixedCatalog.Acme with { Id = TenantId.Create(TimeProvider.System) });
        Assert.Contains("HubException: No such tenant", await client.CallAsync("Who"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hub_without_a_tenant_has_none()
    {
        await using var client = await HubClient.ConnectAsync(_host, "/lobby", "org=acme");
        Assert.Equal("-", await client.CallAsync("Who"));
        Assert.Equal("connected -", Assert.Single(_ledger.Lines));
    }

    [Fact]
    public async Task What_a_hub_logs_carries_the_tenants_id()
    {
        await using var client = await HubClient.ConnectAsync(_host, "/orders", "org=acme");
        await client.CallAsync("Who");
        var entry = Assert.Single(_host.Logs.Entries, entry => entry.Text == "in the hub");
        Assert.Contains($"tenant.id:{FixedCatalog.Acme.Id}", entry.Scopes);
    }

    [Fact]
    public async Task The_activity_of_a_call_carries_the_tenants_id()
    {
        const string Source = "Microsoft.AspNetCore.SignalR.Server";
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        await using var client = await HubClient.ConnectAsync(_host, "/orders", "org=acme");
        Assert.Equal($"{Source} {FixedCatalog.Acme.Id}", await client.CallAsync("Tagged"));
    }

    [Fact]
    public async Task The_control_without_the_filter_a_suspended_tenants_connection_goes_on()
    {
        await using var host = await TestHost.StartAsync(
            endpoints => endpoints.MapHub<OrdersHub>("/orders").RequireTenant(),
            services: services =>
            {
                services.AddSingleton(_ledger).AddSignalR();
                services.Remove(services.Single(service => service.ServiceType == typeof(IConfigureOptions<HubOptions>)
                    && service.ImplementationType?.DeclaringType == typeof(TenantHubExtensions)));
            });
        await using var client = await HubClient.ConnectAsync(host, "/orders", "org=acme");
        host.Catalog.Put(FixedCatalog.Acme with { Status = TenantStatus.Suspended });
        Assert.Equal("acme", await client.CallAsync("Who"));
    }
}
