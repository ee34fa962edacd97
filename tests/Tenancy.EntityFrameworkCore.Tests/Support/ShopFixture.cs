using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Tenancy.EntityFrameworkCore.Tests.Shop;

namespace Tenancy.EntityFrameworkCore.Tests;

/// <summary>Two shops with equal keys under each isolation, and a database for each with plain EF Core on it.</summary>
public class ShopFixture : IAsyncLifetime
{
    public static readonly (string Mark, int Scale)[] Shops = [("north", 1), ("south", 7)];

    readonly Dictionary<(TenantIsolation, int), Tenant> _tenants = [];
    readonly string _suffix = RandomNumberGenerator.GetHexString(10, lowercase: true);
    Deployment? _deployment;

    public static TheoryData<TenantIsolation> Isolations => new(Enum.GetValues<TenantIsolation>());

    public Deployment Deployment => _deployment!;

    public virtual DeploymentOptions Options => new()
    {
        Migrations = [],
        Configure = services =>
        {
            services.AddTenantDbContext<ShopContext>();
            services.AddTenancy().AddMigrationsFrom<ShopContext>();
        },
    };

    public Tenant this[TenantIsolation isolation, int shop] => _tenants[(isolation, shop)];

    public virtual async Task InitializeAsync()
    {
        _deployment = await Deployment.StartAsync(Options);
        for (var shop = 0; shop < Shops.Length; shop++)
        {
            await PrivateCluster.ExecuteAsync("postgres", $"create database {PlainDatabase(shop)}");
            await using (var plain = Plain(shop))
            {
                await plain.Database.EnsureCreatedAsync();
                await plain.Database.ExecuteSqlRawAsync(Shop.Migrations.Initial.Functions);
                plain.AddRange(new Country { Code = "FR", Name = "France" }, new Country { Code = "SE", Name = "Sweden" });
                await plain.SaveChangesAsync();
                await ShopSeed.AddAsync(plain, Shops[shop].Mark, Shops[shop].Scale);
            }

            foreach (var isolation in Enum.GetValues<TenantIsolation>())
            {
                _tenants[(isolation, shop)] = await _deployment.CreateAsync(isolation);
                // Beyond the keys that the seed gives.
                var place = _tenants[(isolation, shop)].Placement;
                await PrivateCluster.ExecuteAsync(place.Database, $"""alter table "{place.Schema}"."Tags" alter column "Id" restart with {10000 + 1000 * shop}""");
                await InAsync(isolation, shop, context => ShopSeed.AddAsync(context, Shops[shop].Mark, Shops[shop].Scale));
            }
        }
    }

    public virtual async Task DisposeAsync()
    {
        if (_deployment is not null)
            await _deployment.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
        for (var shop = 0; shop < Shops.Length; shop++)
            await PrivateCluster.ExecuteAsync("postgres", $"drop database if exists {PlainDatabase(shop)} with (force)");
    }

    /// <summary>Plain EF Core on plain Npgsql.</summary>
    public ShopContext Plain(int shop) => new(new DbContextOptionsBuilder<ShopContext>()
        .UseNpgsql(new NpgsqlConnectionStringBuilder(PrivateCluster.Administrator) { Database = PlainDatabase(shop) }.ConnectionString)
        .Options);

    /// <summary>A context on the tenants' data, without any container.</summary>
    public ShopContext Context(Action<DbContextOptionsBuilder>? configure = null)
    {
        var options = new DbContextOptionsBuilder<ShopContext>().UseTenancy(Deployment.Data);
        configure?.Invoke(options);
        return new ShopContext(options.Options);
    }

    /// <summary>Does something in a tenant's scope, with a context as an application resolves it.</summary>
    public async Task InAsync(TenantIsolation isolation, int shop, Func<ShopContext, Task> work)
    {
        using var tenant = Deployment.Tenants.Enter(this[isolation, shop]);
        await using var scope = Deployment.Services.CreateAsyncScope();
        await work(scope.ServiceProvider.GetRequiredService<ShopContext>());
    }

    string PlainDatabase(int shop) => $"plain_{_suffix}_{shop}";
}
