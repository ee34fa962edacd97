using Microsoft.EntityFrameworkCore;
using Tenancy.EntityFrameworkCore.Tests.Shop;

namespace Tenancy.EntityFrameworkCore.Tests;

/// <summary>A context on a tenant's connection without UseTenancy(): it reads, and SaveChanges is refused before it changes anything.</summary>
public sealed class WithoutTenancyTests(ShopFixture shops) : IClassFixture<ShopFixture>
{
    public static TheoryData<TenantIsolation, bool> Ways => ConcurrencyTests.Ways;

    [Theory, MemberData(nameof(Ways))]
    public async Task SaveChanges_is_refused(TenantIsolation isolation, bool async)
    {
        using var tenant = shops.Deployment.Tenants.Enter(shops[isolation, 0]);
        await using var connection = shops.Deployment.Data.CreateConnection();
        Action<DbContextOptionsBuilder>[] ways = [o => o.UseNpgsql(shops.Deployment.Data), o => o.UseNpgsql(connection)];
        Func<ShopContext, Task>[] edits =
        [
            shop => { shop.Add(new Tag { Label = "one" }); return Task.CompletedTask; },
            shop => { shop.AddRange(new Tag { Label = "one" }, new Tag { Id = 901, Label = "two" }); return Task.CompletedTask; },
            async shop => (await shop.Brands.SingleAsync(brand => brand.Id == 1)).Name = "changed",
            async shop => (await shop.Customers.SingleAsync(customer => customer.Id == 1)).Name = "changed",
            async shop => shop.Remove(await shop.Reviews.FirstAsync()),
        ];
        var before = await Dump.RowsAsync(shops.Context());
        foreach (var way in ways)
        {
            foreach (var edit in edits)
            {
                var options = new DbContextOptionsBuilder<ShopContext>();
                way(options);
                await using var shop = new ShopContext(options.Options);
                Assert.Equal(12, await shop.Products.CountAsync());
                await edit(shop);
                var error = await Assert.ThrowsAsync<DbUpdateException>(() => async ? shop.SaveChangesAsync() : Task.Run(() => shop.SaveChanges()));
                Assert.Contains("UseTenancy()", Assert.IsType<StatementRefusedException>(error.InnerException).Message, StringComparison.Ordinal);
            }
        }

        Assert.Equal(before, await Dump.RowsAsync(shops.Context()));
    }

    [Fact]
    public async Task Changes_by_other_means_are_not_taken_for_SaveChanges()
    {
        using var tenant = shops.Deployment.Tenants.Enter(shops[TenantIsolation.Row, 0]);
        await using var connection = await shops.Deployment.Data.OpenConnectionAsync();
        await using var shop = new ShopContext(new DbContextOptionsBuilder<ShopContext>().UseNpgsql(connection).Options);
        Assert.Equal(1, await shop.Tags.Where(tag => tag.Id == 1).ExecuteUpdateAsync(set => set.SetProperty(tag => tag.Label, "set")));
        Assert.Equal(1, await shop.Database.ExecuteSqlRawAsync("UPDATE \"Tags\" SET \"Label\" = 'raw' WHERE \"Id\" = 1;\n"));
        await using System.Data.Common.DbCommand command = connection.CreateCommand();
        command.CommandText = "UPDATE \"Tags\" SET \"Label\" = @label WHERE \"Id\" = 1 RETURNING \"Label\";\n";
        command.Parameters.Add(new Npgsql.NpgsqlParameter("label", "by hand"));
        await using var reader = await command.ExecuteReaderAsync();
        Assert.True(await reader.ReadAsync());
        Assert.Equal("by hand", reader.GetString(0));
        await reader.CloseAsync();

        // Nor are rows without any value of their own missed.
        command.Parameters.Clear();
        command.CommandText = "INSERT INTO \"Tags\"\nDEFAULT VALUES\nRETURNING \"Id\";\n";
        await Assert.ThrowsAsync<StatementRefusedException>(() => command.ExecuteReaderAsync());
    }
}
