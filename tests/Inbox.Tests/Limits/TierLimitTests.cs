using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tenancy;
using Tenancy.TestKit;

namespace Inbox.Tests.Limits;

/// <summary>What a tier ends or refuses in the database, as it is answered over HTTP.</summary>
public sealed class TierLimitTests : IAsyncLifetime
{
    static readonly HttpClient Client = new();

    Deployment? _deployment;
    Deployment? _other;
    WebApplication? _app;

    Deployment Deployment => _deployment!;

    public async Task InitializeAsync()
    {
        _deployment = await Deployment.StartAsync(new DeploymentOptions
        {
            // For how long a slot is waited for.
            ConnectionSettings = "Timeout=1",
            Settings = new()
            {
                ["Tenancy:Tiers:short:Queries:Timeout"] = "00:00:02",
                ["Tenancy:Tiers:small:Queries:MaxResultBytes"] = "1000000",
                ["Tenancy:Tiers:one:Queries:MaxConcurrentOverall"] = "1",
                ["Tenancy:Tiers:narrow:Queries:MaxConcurrent"] = "1",
            },
        });
        _other = await Deployment.StartAsync(_deployment.Options.Again());
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(_deployment.Catalog).AddSingleton(_deployment.Tenants);
        builder.Services.AddTenancy().ResolveTenantsFrom(sources => sources.Header("x-tenant"));
        _app = builder.Build();
        _app.UseExceptionHandler();
        _app.UseTenancy();
        _app.MapGet("/query", async (string sql, bool all) =>
        {
            await using var connection = await Deployment.Data.OpenConnectionAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            // Longer than the tier allows: it is not the driver that ends it.
            command.CommandTimeout = 120;
            if (!all)
                return Results.Text(Convert.ToString(await command.ExecuteScalarAsync()));
            await using var reader = await command.ExecuteReaderAsync();
            var rows = 0;
            while (await reader.ReadAsync())
                rows++;
            return Results.Text(rows.ToString());
        }).RequireTenant();
        await _app.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (_app is not null)
            await _app.DisposeAsync();
        if (_other is not null)
            await _other.DisposeAsync();
        if (_deployment is not null)
            await _deployment.DisposeAsync();
    }

    [Fact]
    public async Task A_query_of_60_s_on_a_tier_of_2_s_is_504_within_3_s()
    {
        var tenant = await CreateAsync("short");
        Assert.Equal("1", await (await GetAsync(tenant, "select 1")).Content.ReadAsStringAsync());
        var clock = Stopwatch.StartNew();
        using var response = await GetAsync(tenant, "select pg_sleep(60)");
        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        Assert.InRange(clock.Elapsed, TimeSpan.FromSeconds(1.8), TimeSpan.FromSeconds(3));
        Assert.Equal(TenancyProblems.QueryTimeout, await TypeAsync(response));
    }

    [Fact]
    public async Task A_result_that_is_too_large_is_422_and_one_that_is_not_is_200()
    {
        var tenant = await CreateAsync("small");
        using var response = await GetAsync(tenant, "select repeat('x', 1000) from generate_series(1, 100000)", all: true);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Equal(TenancyProblems.ResultTooLarge, await TypeAsync(response));
        using var fits = await GetAsync(tenant, "select repeat('x', 100) from generate_series(1, 1000)", all: true);
        Assert.Equal("1000", await fits.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("one")]
    [InlineData("narrow")]
    public async Task Too_many_at_once_is_429_with_a_time_to_come_back(string tier)
    {
        var tenant = await CreateAsync(tier);
        // The slot is held by another process; a place among a process's own connections by this one.
        var holds = tier == "one" ? _other! : Deployment;
        using (holds.Tenants.Enter(tenant))
        {
            await using var holder = await holds.Data.OpenConnectionAsync();
            await using var transaction = await holder.BeginTransactionAsync();
            await using var command = holder.CreateCommand();
            command.CommandText = "select 1";
            await command.ExecuteScalarAsync();
            using var response = await GetAsync(tenant, "select 1");
            Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
            Assert.NotNull(response.Headers.RetryAfter);
            Assert.Equal("[\"concurrent-queries\"]", (await response.Content.ReadFromJsonAsync<JsonObject>())!["violated-policies"]!.ToJsonString());
        }

        using var served = await GetAsync(tenant, "select 1");
        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
    }

    async Task<Tenant> CreateAsync(string tier)
    {
        var tenant = await Deployment.Lifecycle.CreateAsync(new TenantSpecification(TenantSlug.Parse($"tenant-{Guid.NewGuid():n}"), "A tenant", tier));
        await _other!.Catalog.RefreshAsync();
        return tenant;
    }

    async Task<HttpResponseMessage> GetAsync(Tenant tenant, string sql, bool all = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{_app!.Urls.Single()}/query?all={all}&sql={Uri.EscapeDataString(sql)}");
        request.Headers.Add("x-tenant", tenant.Slug.Value);
        return await Client.SendAsync(request);
    }

    static async Task<string> TypeAsync(HttpResponseMessage response) =>
        (await response.Content.ReadFromJsonAsync<JsonObject>())!["type"]!.GetValue<string>();
}
