using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Tenancy.TestKit;

namespace Tenancy.PoolSizing;

/// <summary>A host with the real router on the server, whose budget is turned while it runs.</summary>
internal sealed class SizingDeployment : IAsyncDisposable
{
    const string Keys = $"Tenancy:Postgres:Servers:{TestKit.Deployment.Server}";

    readonly DeploymentOptions _options;
    int _beside;

    SizingDeployment(DeploymentOptions options) => _options = options;

    public Deployment Deployment { get; private set; } = null!;

    /// <summary>Installs and starts, with a budget to make tenants with.</summary>
    public static async Task<SizingDeployment> StartAsync(SizingOptions options, bool dropDatabases)
    {
        var suffix = "sizing_" + RandomNumberGenerator.GetHexString(10, lowercase: true);
        var (budget, pool) = (Math.Max(options.Budgets.Max(), 8), options.Budgets.Max());
        var settings = new Dictionary<string, string?>
        {
            [$"{Keys}:ConnectionBudget"] = Text(budget + 4),
            [$"{Keys}:SharedPoolSize"] = Text(Math.Max(pool, 8)),
            [$"{Keys}:DatabasePoolSize"] = Text(Math.Min(Math.Max(pool, 8), 1000)),
        };
        var sizing = new SizingDeployment(
            new DeploymentOptions
            {
                Suffix = suffix,
                DropDatabases = dropDatabases,
                Migrations = new() { ["0001_items.sql"] = Fleet.Migration },
                Settings = settings,
                Configure = services => services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Error)),
            });
        try
        {
            sizing.Deployment = await TestKit.Deployment.StartAsync(sizing._options);
            // The catalog's connections count where the router sees that it is on the same server.
            sizing._beside = budget + 4 - sizing.Budget;
            return sizing;
        }
        catch
        {
            await sizing.DisposeAsync();
            throw;
        }
    }

    /// <summary>Connections that the tenants' pools may hold; may change while it runs.</summary>
    /// <exception cref="SizingException">The router did not take it.</exception>
    public int Budget
    {
        get => Deployment.Services.GetRequiredService<TenancyDiagnostics>().Snapshot(0).Single().Budget;
        set
        {
            var configuration = (IConfigurationRoot)Deployment.Services.GetRequiredService<IConfiguration>();
            configuration[$"{Keys}:ConnectionBudget"] = Text(value + _beside);
            configuration.Reload();
            if (Budget != value)
                throw new SizingException($"The router's budget is {Budget} and should be {value}: it did not take the change. This is a defect.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (Deployment is { } deployment)
            {
                // The snapshot in memory may lack a tenant whose making was stopped half-way.
                await deployment.Catalog.RefreshAsync();
                await deployment.DisposeAsync();
            }
        }
        finally
        {
            if (_options.DropDatabases)
                await DropAsync();
        }
    }

    /// <summary>Drops what is left of an installation that failed half-way.</summary>
    async Task DropAsync()
    {
        var template = $"{_options.SharedDatabase}_template";
        await using (var administrator = await PrivateCluster.OpenAsync("postgres"))
        {
            await using var command = new NpgsqlCommand("select exists (select from pg_database where datname = $1)", administrator);
            command.Parameters.Add(new() { Value = template });
            if (await command.ExecuteScalarAsync() is true)
                await PrivateCluster.ExecuteAsync("postgres", $"alter database {template} is_template false");
        }

        foreach (var database in new[] { _options.SharedDatabase, template, _options.CatalogDatabase })
            await PrivateCluster.ExecuteAsync("postgres", $"drop database if exists {database} with (force)");
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
