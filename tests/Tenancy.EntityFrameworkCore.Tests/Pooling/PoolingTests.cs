using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Tenancy.EntityFrameworkCore.Tests.Shop;

namespace Tenancy.EntityFrameworkCore.Tests;

/// <summary>A context that was made, or handed out, for one tenant never serves another.</summary>
public sealed class PoolingTests(ShopFixture shops) : IClassFixture<ShopFixture>
{
    public static TheoryData<TenantIsolation> Isolations => ShopFixture.Isolations;

    [Theory, MemberData(nameof(Isolations))]
    public async Task A_context_handed_out_again_serves_the_tenant_then_in_scope(TenantIsolation isolation)
    {
        await using var provider = Provider(services => services.AddTenantDbContextPool<ShopContext>(poolSize: 1));
        var seen = new List<(ShopContext, object)>();
        for (var round = 0; round < 4; round++)
        {
            using var tenant = Enter(isolation, round % 2);
            await using var scope = provider.CreateAsyncScope();
            var context = scope.ServiceProvider.GetRequiredService<ShopContext>();
            await AssertIsAsync(context, round % 2);
            seen.Add((context, context.Database.GetDbConnection()));
        }

        Assert.Single(seen.Select(lease => lease.Item1).Distinct());
        Assert.Equal(4, seen.Select(lease => lease.Item2).Distinct().Count());
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task A_pooled_factory_does_the_same(TenantIsolation isolation)
    {
        await using var provider = Provider(services => services.AddPooledTenantDbContextFactory<ShopContext>(poolSize: 1));
        var factory = provider.GetRequiredService<IDbContextFactory<ShopContext>>();
        for (var round = 0; round < 4; round++)
        {
            using var tenant = Enter(isolation, round % 2);
            await using var context = round < 2 ? await factory.CreateDbContextAsync() : factory.CreateDbContext();
            await AssertIsAsync(context, round % 2);
        }
    }

    [Theory, InlineData("scoped"), InlineData("pool"), InlineData("factory"), InlineData("pooled factory"), InlineData("by hand")]
    public async Task A_context_kept_across_scopes_is_refused(string way)
    {
        await using var provider = Provider(services => _ = way switch
        {
            "scoped" => services.AddTenantDbContext<ShopContext>(),
            "pool" => services.AddTenantDbContextPool<ShopContext>(),
            "factory" => services.AddTenantDbContextFactory<ShopContext>(),
            "pooled factory" => services.AddPooledTenantDbContextFactory<ShopContext>(),
            _ => services,
        });
        foreach (var use in new Func<ShopContext, Task>?[] { null, shop => shop.Brands.LoadAsync(), shop => shop.Database.OpenConnectionAsync() })
        {
            await using var scope = provider.CreateAsyncScope();
            ShopContext context;
            using (Enter(TenantIsolation.Row, 0))
            {
                context = way switch
                {
                    "by hand" => shops.Context(),
                    "scoped" or "pool" => scope.ServiceProvider.GetRequiredService<ShopContext>(),
                    _ => await scope.ServiceProvider.GetRequiredService<IDbContextFactory<ShopContext>>().CreateDbContextAsync(),
                };
                context.Add(new Brand { Id = 700, Name = "of the first" });
                if (use is not null)
                    await use(context);
            }

            using (Enter(TenantIsolation.Row, 1))
            {
                await Assert.ThrowsAsync<TenantMismatchException>(() => context.Products.CountAsync());
                Assert.Throws<TenantMismatchException>(() => context.Products.Count());
                // What is tracked would be found without a statement.
                await Assert.ThrowsAsync<TenantMismatchException>(async () => await context.Brands.FindAsync(700));
                Assert.Throws<TenantMismatchException>(() => context.Find<Brand>(700));
                var error = await Record.ExceptionAsync(() => context.SaveChangesAsync());
                Assert.IsType<TenantMismatchException>(error is DbUpdateException ? error.InnerException : error);
                await Assert.ThrowsAsync<TenantMismatchException>(() => context.Database.BeginTransactionAsync());
                await Assert.ThrowsAsync<TenantMismatchException>(() => context.Tags.ExecuteDeleteAsync());
            }

            await context.DisposeAsync();
            using (Enter(TenantIsolation.Row, 1))
                Assert.False(await shops.Context().Brands.AnyAsync(brand => brand.Id == 700));
        }
    }

    [Fact]
    public async Task A_connection_set_by_hand_does_not_survive_the_lease()
    {
        await using var provider = Provider(services => services.AddTenantDbContextPool<ShopContext>(poolSize: 1));
        await using var connection = shops.Deployment.Data.CreateConnection();
        ShopContext? first = null;
        using (Enter(TenantIsolation.Schema, 0))
        {
            await using var scope = provider.CreateAsyncScope();
            first = scope.ServiceProvider.GetRequiredService<ShopContext>();
            await connection.OpenAsync();
            first.Database.SetDbConnection(connection);
            await AssertIsAsync(first, 0);
        }

        using (Enter(TenantIsolation.Schema, 1))
        {
            await using var scope = provider.CreateAsyncScope();
            var second = scope.ServiceProvider.GetRequiredService<ShopContext>();
            Assert.Same(first, second);
            Assert.NotSame(connection, second.Database.GetDbConnection());
            await AssertIsAsync(second, 1);
        }
    }

    [Fact]
    public async Task EF_Cores_own_pool_without_UseTenancy_is_refused_from_the_second_tenant_on()
    {
        await using var provider = Provider(services => services.AddDbContextPool<ShopContext>(o => o.UseNpgsql(shops.Deployment.Data), poolSize: 1));
        for (var round = 0; round < 2; round++)
        {
            using var tenant = Enter(TenantIsolation.Row, round);
            await using var scope = provider.CreateAsyncScope();
            var context = scope.ServiceProvider.GetRequiredService<ShopContext>();
            if (round == 0)
                await AssertIsAsync(context, 0);
            else
                await Assert.ThrowsAsync<TenantMismatchException>(() => context.Products.CountAsync());
        }
    }

    /// <summary>The negative control: what the tests above would see if a connection survived.</summary>
    [Fact]
    public async Task With_plain_connections_the_next_lease_reads_the_rows_of_the_one_before()
    {
        await using var provider = Provider(services => services.AddDbContextPool<ShopContext>(o => o.UseNpgsql(), poolSize: 1));
        await using var plain = new NpgsqlConnection(shops.Plain(0).Database.GetConnectionString());
        await using (var scope = provider.CreateAsyncScope())
            scope.ServiceProvider.GetRequiredService<ShopContext>().Database.SetDbConnection(plain);
        await using (var scope = provider.CreateAsyncScope())
            await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => AssertIsAsync(scope.ServiceProvider.GetRequiredService<ShopContext>(), 1));
    }

    [Fact]
    public async Task Connections_that_are_no_tenants_are_refused()
    {
        using var tenant = Enter(TenantIsolation.Row, 0);
        await using var context = shops.Context();
        await using var plain = new NpgsqlConnection("Host=localhost");
        Assert.Throws<InvalidCastException>(() => context.Database.SetDbConnection(plain));
        Assert.Throws<NotSupportedException>(() => context.Database.SetConnectionString("Host=localhost"));
        await AssertIsAsync(context, 0);
    }

    [Fact]
    public async Task Without_a_tenant_nothing_is_opened()
    {
        await using var context = shops.Context();
        await Assert.ThrowsAsync<NoTenantException>(() => context.Products.CountAsync());
        using (Enter(TenantIsolation.Row, 1))
            await AssertIsAsync(context, 1);
        await Assert.ThrowsAsync<NoTenantException>(() => context.Products.CountAsync());
    }

    static async Task AssertIsAsync(ShopContext context, int shop)
    {
        var names = await context.Products.Where(product => product.Id <= 12).AsNoTracking().Select(product => product.Name).ToListAsync();
        Assert.Equal(12, names.Count);
        Assert.All(names, name => Assert.StartsWith(ShopFixture.Shops[shop].Mark, name, StringComparison.Ordinal));
    }

    TenantScope Enter(TenantIsolation isolation, int shop) => shops.Deployment.Tenants.Enter(shops[isolation, shop]);

    /// <summary>A container of its own, on the deployment's data.</summary>
    ServiceProvider Provider(Action<IServiceCollection> configure)
    {
        var services = new ServiceCollection();
        services.AddSingleton(shops.Deployment.Data);
        configure(services);
        return services.BuildServiceProvider(validateScopes: true);
    }
}
