using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Tenancy.TestKit;

/// <summary>A host with tenancy on databases of its own, installed and started.</summary>
public sealed class Deployment : IAsyncDisposable
{
    public const string Server = "test-1";

    readonly IHost _host;
    readonly string _migrations;

    Deployment(IHost host, DeploymentOptions options, string migrations)
    {
        _host = host;
        _migrations = migrations;
        Options = options;
    }

    public DeploymentOptions Options { get; }

    public IServiceProvider Services => _host.Services;

    public TenantDataSource Data => Services.GetRequiredService<TenantDataSource>();

    public ITenantContext Tenants => Services.GetRequiredService<ITenantContext>();

    public ITenantLifecycle Lifecycle => Services.GetRequiredService<ITenantLifecycle>();

    public ITenantCatalog Catalog => Services.GetRequiredService<ITenantCatalog>();

    public string SharedDatabase => Options.SharedDatabase;

    /// <summary>Installs and starts a deployment.</summary>
    public static async Task<Deployment> StartAsync(DeploymentOptions? options = null)
    {
        options ??= new DeploymentOptions();
        var migrations = Directory.CreateTempSubdirectory("tenancy-migrations.").FullName;
        foreach (var (name, sql) in options.Migrations)
            await File.WriteAllTextAsync(Path.Combine(migrations, name), sql);
        var host = Build(options, migrations);
        if (options.Install)
        {
            var installer = host.Services.GetRequiredService<IPostgresInstaller>();
            await installer.InstallAsync(Server, options.Administrator ?? PrivateCluster.Administrator);
            foreach (var (name, administrator) in options.MoreServers)
                await installer.InstallAsync(name, administrator);
        }

        if (options.AfterInstall is { } afterInstall)
            await afterInstall(options);
        var deployment = new Deployment(host, options, migrations);
        try
        {
            await host.StartAsync();
            return deployment;
        }
        catch
        {
            await deployment.DisposeAsync();
            throw;
        }
    }

    /// <summary>Creates a tenant of an isolation.</summary>
    public Task<Tenant> CreateAsync(TenantIsolation isolation, string? slug = null, string? server = null) => Lifecycle.CreateAsync(
        new TenantSpecification(TenantSlug.Parse(slug ?? $"tenant-{RandomNumberGenerator.GetHexString(10, lowercase: true)}"), "A tenant", "any")
        {
            Isolation = isolation,
            Server = server,
        });

    /// <summary>Writes what tenants used until now.</summary>
    public Task<bool> FlushUsageAsync() => Services.GetRequiredService<UsageFlush>().FlushAsync(CancellationToken.None);

    /// <summary>The database that a tenant is in.</summary>
    public static string DatabaseOf(Tenant tenant) => tenant.Placement.Database;

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        foreach (var tenant in Options.DropDatabases ? Catalog.Current.Tenants : [])
            if (tenant.Placement.Isolation == TenantIsolation.Database)
                await Lifecycle.DeleteAsync(tenant.Id);
        if (_host is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
        Directory.Delete(_migrations, recursive: true);
        if (!Options.DropDatabases)
            return;
        await PrivateCluster.ExecuteAsync("postgres", $"drop database if exists {Options.SharedDatabase} with (force)");
        await PrivateCluster.ExecuteAsync("postgres", $"drop database if exists {Options.CatalogDatabase} with (force)");
        await PrivateCluster.ExecuteAsync("postgres", $"alter database {Options.SharedDatabase}_template is_template false");
        await PrivateCluster.ExecuteAsync("postgres", $"drop database {Options.SharedDatabase}_template with (force)");
        if (Options.AppLogin != DeploymentOptions.SharedLogin)
            await PrivateCluster.ExecuteAsync("postgres", $"drop role {Options.AppLogin}");
    }

    static IHost Build(DeploymentOptions options, string migrations)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = migrations });
        builder.Configuration.AddInMemoryCollection(Configuration(options));
        foreach (var (name, administrator) in options.MoreServers)
        {
            var there = new DeploymentOptions { Administrator = administrator };
            builder.Configuration.AddInMemoryCollection(
            [
                new($"Tenancy:Postgres:Servers:{name}:ConnectionString", ConnectionString(there, options.SharedDatabase, options.AppLogin)),
                new($"Tenancy:Postgres:Servers:{name}:Migrator", ConnectionString(there, options.SharedDatabase, "tenancy_migrator")),
            ]);
        }

        builder.Configuration.AddInMemoryCollection(options.Settings);
        builder.Logging.AddProvider(options.Logs);
        builder.Services.AddTenancy(builder.Configuration.GetSection("Tenancy")).UsePostgres(postgres => postgres.MigrationsDirectory = migrations);
        options.Configure?.Invoke(builder.Services);
        return builder.Build();
    }

    static Dictionary<string, string?> Configuration(DeploymentOptions options) => new()
    {
        ["Tenancy:Tiers:any:Isolation"] = "row",
        ["Tenancy:Postgres:Catalog"] = ConnectionString(options, options.CatalogDatabase, "tenancy_catalog"),
        ["Tenancy:Postgres:DeploymentKey"] = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(options.Suffix))),
        ["Tenancy:Postgres:SigningKeyId"] = options.SigningKeyId.ToString(System.Globalization.CultureInfo.InvariantCulture),
        [$"Tenancy:Postgres:Servers:{Server}:Level"] = options.Level.ToString(),
        ["Tenancy:Postgres:MaxAutoPrepare"] = options.MaxAutoPrepare.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["Tenancy:Postgres:Lint:AtStart"] = "off",
        [$"Tenancy:Postgres:Servers:{Server}:ConnectionString"] = ConnectionString(options, options.SharedDatabase, options.AppLogin, options.Pooler?.Port) + ";" + options.ConnectionSettings,
        [$"Tenancy:Postgres:Servers:{Server}:Migrator"] = ConnectionString(options, options.SharedDatabase, "tenancy_migrator"),
        [$"Tenancy:Postgres:Servers:{Server}:Pooler"] = options.Pooler is null ? "none" : "pgbouncer",
        [$"Tenancy:Postgres:Servers:{Server}:Direct"] = options.Pooler is null ? null : Direct(options.Port),
        // Beside the tenants' own: what creating and migrating them takes, and the catalog.
        [$"Tenancy:Postgres:Servers:{Server}:ConnectionBudget"] = (options.Budget + 9).ToString(System.Globalization.CultureInfo.InvariantCulture),
        [$"Tenancy:Postgres:Servers:{Server}:SharedPoolSize"] = options.Budget.ToString(System.Globalization.CultureInfo.InvariantCulture),
        [$"Tenancy:Postgres:Servers:{Server}:DatabasePoolSize"] = options.Budget.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };

    static string Direct(int? port)
    {
        var itself = new NpgsqlConnectionStringBuilder(PrivateCluster.Administrator);
        return $"Host={itself.Host};Port={port ?? itself.Port}";
    }

    /// <summary>A login's connection string. Logins are shared by all that run on a cluster, and so are their passwords.</summary>
    public static string ConnectionString(string database, string login, int? port = null) =>
        ConnectionString(new DeploymentOptions { Port = port }, database, login);

    static string ConnectionString(DeploymentOptions options, string database, string login, int? port = null)
    {
        var administrator = new NpgsqlConnectionStringBuilder(options.Administrator ?? PrivateCluster.Administrator);
        var key = Encoding.UTF8.GetBytes(administrator.Password ?? "");
        return new NpgsqlConnectionStringBuilder
        {
            Host = options.Host ?? administrator.Host,
            Port = port ?? options.Port ?? administrator.Port,
            Database = database,
            Username = login,
            Password = Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(login))),
        }.ConnectionString;
    }
}
