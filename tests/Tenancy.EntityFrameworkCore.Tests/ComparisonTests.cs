using Tenancy.EntityFrameworkCore.Tests.Shop;

namespace Tenancy.EntityFrameworkCore.Tests;

/// <summary>The shop under each isolation against the same shop on plain EF Core, tenant by tenant and row by row.</summary>
public sealed class ComparisonTests(ShopFixture shops) : IClassFixture<ShopFixture>
{
    public static TheoryData<TenantIsolation> Isolations => ShopFixture.Isolations;

    /// <summary>One test, since each change meets what the one before it left; the plain copies are changed along.</summary>
    [Fact]
    public async Task Queries_and_changes_come_out_as_on_plain_EF_Core()
    {
        for (var shop = 0; shop < ShopFixture.Shops.Length; shop++)
        {
            foreach (var (name, query) in ShopQueries.All)
            {
                await using var plain = shops.Plain(shop);
                var expected = Dump.Of(await query(plain));
                Assert.True(name is "find none" || expected.Length > 4, $"'{name}' returns nothing: it would prove nothing.");
                foreach (var isolation in Enum.GetValues<TenantIsolation>())
                    await shops.InAsync(isolation, shop, async context => Same(expected, Dump
                        .Of(await query(context)), $"{name}, {isolation}, shop {shop}"));
            }

            foreach (var (name, change) in ShopChanges.All)
            {
                await using var plain = shops.Plain(shop);
                await change(plain);
                var expected = await Dump.RowsAsync(plain);
                foreach (var isolation in Enum.GetValues<TenantIsolation>())
                {
                    await shops.InAsync(isolation, shop, change);
                    await shops.InAsync(isolation, shop, async context =>
                        Same(string.Join('\n', expected), string.Join('\n', await Dump.RowsAsync(context)), $"{name}, {isolation}, shop {shop}"));
                }
            }
        }
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task Two_shops_with_equal_keys_have_no_row_in_common(TenantIsolation isolation)
    {
        var products = new List<string>[2];
        for (var shop = 0; shop < 2; shop++)
        {
            var own = shop;
            await shops.InAsync(isolation, shop, context =>
            {
                products[own] = [.. context.Products.Where(product => product.Id <= 12).OrderBy(product => product.Id)
                    .Select(product => product.Id + " " + product.Name)];
                return Task.CompletedTask;
            });
        }

        Assert.Equal(12, products[0].Count);
        Assert.Equal(12, products[1].Count);
        Assert.All(products[0], name => Assert.Contains("north", name, StringComparison.Ordinal));
        Assert.All(products[1], name => Assert.Contains("south", name, StringComparison.Ordinal));
    }

    static void Same(string expected, string actual, string what)
    {
        if (expected != actual)
            Assert.Fail($"{what} differs.\nplain:\n{expected}\n\ntenant:\n{actual}");
    }
}
