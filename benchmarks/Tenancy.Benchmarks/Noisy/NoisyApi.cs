using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Tenancy.TestKit;

namespace Tenancy.Benchmarks;

/// <summary>An API over HTTP with two endpoints that do the same: one through Tenancy with its limits, one through a plain pool of as many connections.</summary>
internal sealed class NoisyApi : IAsyncDisposable
{
    const int Connections = 8;

    readonly Deployment _deployment;
    readonly NpgsqlDataSource _plain;
    readonly WebApplication _app;
    readonly HttpClient _client;

    NoisyApi(Deployment deployment, NpgsqlDataSource plain, WebApplication app)
    {
        (_deployment, _plain, _app) = (deployment, plain, app);
        _client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()), Timeout = TimeSpan.FromMinutes(2) };
    }

    public static async Task<NoisyApi> StartAsync(int perSecond)
    {
        var deployment = await Deployment.StartAsync(new DeploymentOptions
        {
            Configure = services => services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Error)),
            ConnectionSettings = "Timeout=60",
            Settings = new()
            {
                ["Tenancy:Tiers:any:Requests:PerSecond"] = perSecond.ToString(CultureInfo.InvariantCulture),
                ["Tenancy:Tiers:any:Requests:Burst"] = perSecond.ToString(CultureInfo.InvariantCulture),
                [$"Tenancy:Postgres:Servers:{Deployment.Server}:ConnectionBudget"] = $"{Connections + 4}",
                [$"Tenancy:Postgres:Servers:{Deployment.Server}:SharedPoolSize"] = $"{Connections}",
            },
        });
        var plain = NpgsqlDataSource.Create(Deployment.ConnectionString(deployment.SharedDatabase, "tenancy_app") + $";Timeout=60;Maximum Pool Size={Connections}");
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(deployment.Catalog).AddSingleton(deployment.Tenants)
            .AddSingleton(deployment.Services.GetRequiredService<ITenantLimits>());
        builder.Services.AddTenancy().ResolveTenantsFrom(sources => sources.Header("x-tenant"));
        var app = builder.Build();
        app.UseTenancy();
        app.MapGet("/routed", async (double seconds) =>
        {
            await using var command = deployment.Data.CreateCommand("select pg_sleep($1)");
            return await WorkAsync(command, seconds);
        }).RequireTenant();
        app.MapGet("/plain", async (double seconds) =>
        {
            await using var command = plain.CreateCommand("select pg_sleep($1)");
            return await WorkAsync(command, seconds);
        }).WithoutTenant();
        await app.StartAsync();
        return new NoisyApi(deployment, plain, app);
    }

    public Task<Tenant> CreateAsync() => _deployment.CreateAsync(TenantIsolation.Row);

    /// <summary>Has the tenant do some work, and says whether it was let.</summary>
    public async Task<bool> AskAsync(string way, Tenant tenant, TimeSpan work)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"/{way}?seconds={work.TotalSeconds}"));
        request.Headers.Add("x-tenant", tenant.Slug.Value);
        using var response = await _client.SendAsync(request);
        if (response.StatusCode == System.Net.HttpStatusCode.TooManyRequests)
            return false;
        response.EnsureSuccessStatusCode();
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
        await _plain.DisposeAsync();
        await _deployment.DisposeAsync();
    }

    static async Task<IResult> WorkAsync(System.Data.Common.DbCommand command, double seconds)
    {
        command.Parameters.Add(new NpgsqlParameter<double> { TypedValue = seconds });
        await command.ExecuteNonQueryAsync();
        return Results.Ok();
    }
}
