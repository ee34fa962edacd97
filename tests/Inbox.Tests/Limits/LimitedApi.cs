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

/// <summary>An API over HTTP whose one endpoint runs a query, for tenants of tiers with limits; and another process beside it.</summary>
public sealed class LimitedApi : IAsyncLifetime
{
    static readonly HttpClient Client = new();

    Deployment? _deployment;
    Deployment? _other;
    WebApplication? _app;

    public Deployment Deployment => _deployment!;

    /// <summary>Another process of the same installation.</summary>
    public Deployment Other => _other!;

    public async Task InitializeAsync()
    {
        _deployment = await Deployment.StartAsync(new DeploymentOptions
        {
            // For how long a slot is waited for.
            ConnectionSettings = "Timeout=3",
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

    public async Task<Tenant> CreateAsync(string tier)
    {
        var tenant = await Deployment.Lifecycle.CreateAsync(new TenantSpecification(TenantSlug.Parse($"tenant-{Guid.NewGuid():n}"), "A tenant", tier));
        await Other.Catalog.RefreshAsync();
        return tenant;
    }

    public async Task<HttpResponseMessage> GetAsync(Tenant tenant, string sql, bool all = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{_app!.Urls.Single()}/query?all={all}&sql={Uri.EscapeDataString(sql)}");
        request.Headers.Add("x-tenant", tenant.Slug.Value);
        return await Client.SendAsync(request);
    }

    public static async Task<string> TypeAsync(HttpResponseMessage response) =>
        (await response.Content.ReadFromJsonAsync<JsonObject>())!["type"]!.GetValue<string>();
}
