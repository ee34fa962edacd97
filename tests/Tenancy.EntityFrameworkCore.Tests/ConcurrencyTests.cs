using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Update;
using Npgsql.EntityFrameworkCore.PostgreSQL.Update.Internal;
using Tenancy.EntityFrameworkCore.Tests.Shop;

namespace Tenancy.EntityFrameworkCore.Tests;

/// <summary>A stale update is refused wherever it stands in a SaveChanges, and what the server generates comes back.</summary>
public sealed class ConcurrencyTests(ShopFixture shops) : IClassFixture<ShopFixture>
{
    public static TheoryData<TenantIsolation, bool> Ways
    {
        get
        {
            var ways = new TheoryData<TenantIsolation, bool>();
            foreach (var isolation in Enum.GetValues<TenantIsolation>())
            {
                ways.Add(isolation, true);
                ways.Add(isolation, false);
            }

            return ways;
        }
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task A_stale_update_is_refused(TenantIsolation isolation, bool async)
    {
        using var tenant = shops.Deployment.Tenants.Enter(shops[isolation, 0]);
        foreach (var (first, later) in StaleEdits())
        {
            await using var stale = shops.Context();
            await first(stale);
            await using (var other = shops.Context())
            {
                await first(other);
                await later(other, $"theirs {async}");
                await SaveAsync(other, async);
            }

            await later(stale, "ours");
            var error = await Assert.ThrowsAsync<DbUpdateConcurrencyException>(() => SaveAsync(stale, async));
            Assert.NotEmpty(error.Entries);
        }

        await using var after = shops.Context();
        Assert.Equal($"theirs {async}", (await after.Customers.SingleAsync(customer => customer.Id == 1)).Name);
        Assert.Equal($"theirs {async}", (await after.Products.SingleAsync(product => product.Id == 1)).Name);
        Assert.DoesNotContain("ours", await after.Customers.Select(customer => customer.Name).ToListAsync());
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task The_last_of_three_being_stale_undoes_all_three(TenantIsolation isolation, bool async)
    {
        using var tenant = shops.Deployment.Tenants.Enter(shops[isolation, 1]);
        for (var position = 0; position < 3; position++)
        {
            await using var context = shops.Context();
            var customers = await context.Customers.Where(customer => customer.Id <= 3).OrderBy(customer => customer.Id).ToListAsync();
            var before = customers.Select(customer => customer.Name).ToList();
            await context.Database.ExecuteSqlAsync($"""update "Customers" set "Revision" = "Revision" + 1 where "Id" = {position + 1}""");
            foreach (var customer in customers)
                customer.Name = $"changed at {position}";
            var error = await Assert.ThrowsAsync<DbUpdateConcurrencyException>(() => SaveAsync(context, async));
            Assert.Same(customers[position], error.Entries[0].Entity);

            await using var after = shops.Context();
            Assert.Equal(before, await after.Customers.Where(customer => customer.Id <= 3).OrderBy(customer => customer.Id)
                .Select(customer => customer.Name).ToListAsync());
        }
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task A_stale_delete_is_refused(TenantIsolation isolation, bool async)
    {
        using var tenant = shops.Deployment.Tenants.Enter(shops[isolation, 0]);
        await using var context = shops.Context();
        var order = await context.Orders.SingleAsync(order => order.Id == 40);
        await context.Database.ExecuteSqlRawAsync("""update "Orders" set "Placed" = "Placed" + interval '1 day' where "Id" = 40""");
        context.Remove(order);
        await Assert.ThrowsAsync<DbUpdateConcurrencyException>(() => SaveAsync(context, async));
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task Generated_keys_and_versions_come_back_to_the_entity_they_belong_to(TenantIsolation isolation, bool async)
    {
        using var tenant = shops.Deployment.Tenants.Enter(shops[isolation, 0]);
        await shops.Context().Database.ExecuteSqlRawAsync("""delete from "Tags" where "Label" like 'generated%'""");
        await using var context = shops.Context();
        var tags = Enumerable.Range(0, 50).Select(n => new Tag { Label = $"generated {n}" }).ToList();
        // Of different kinds in one save, so that results and counts alternate.
        var customer = await context.Customers.SingleAsync(customer => customer.Id == 2);
        var product = await context.Products.SingleAsync(product => product.Id == 3);
        customer.Name += "+";
        product.Stock++;
        var version = product.Version;
        context.AddRange(tags);
        Assert.Equal(52, await SaveAsync(context, async));

        Assert.NotEqual(version, product.Version);
        await using var after = shops.Context();
        Assert.Equal(product.Version, (await after.Products.SingleAsync(p => p.Id == 3)).Version);
        foreach (var tag in tags)
            Assert.Equal(tag.Label, (await after.Tags.SingleAsync(t => t.Id == tag.Id)).Label);
        // The version that came back is the one the next save needs.
        product.Stock++;
        Assert.Equal(1, await SaveAsync(context, async));
    }

    [Fact]
    public async Task The_providers_own_batches_are_refused_before_anything_is_changed()
    {
        using var tenant = shops.Deployment.Tenants.Enter(shops[TenantIsolation.Row, 0]);
        await using var context = shops.Context(options => options
            .ReplaceService<IModificationCommandBatchFactory, NpgsqlModificationCommandBatchFactory>());
        var brand = await context.Brands.SingleAsync(brand => brand.Id == 1);
        brand.Name = "changed";
        var error = await Assert.ThrowsAsync<DbUpdateException>(() => context.SaveChangesAsync());
        Assert.Contains("UseTenancy()", Assert.IsType<StatementRefusedException>(error.InnerException).Message, StringComparison.Ordinal);
        Assert.Equal("north brand 1", (await shops.Context().Brands.SingleAsync(brand => brand.Id == 1)).Name);
    }

    [Fact]
    public async Task A_batch_that_does_not_count_lets_a_stale_update_pass()
    {
        using var tenant = shops.Deployment.Tenants.Enter(shops[TenantIsolation.Row, 1]);
        await using var context = shops.Context(options => options.ReplaceService<IModificationCommandBatchFactory, CarelessBatchFactory>());
        var customer = await context.Customers.SingleAsync(customer => customer.Id == 4);
        await context.Database.ExecuteSqlRawAsync("""update "Customers" set "Revision" = "Revision" + 1 where "Id" = 4""");
        customer.Name = "lost";
        Assert.Equal(1, await context.SaveChangesAsync());
        Assert.NotEqual("lost", (await shops.Context().Customers.SingleAsync(customer => customer.Id == 4)).Name);
    }

    /// <summary>By the application's token, which gives a row count, and by xmin, which gives a row.</summary>
    static IEnumerable<(Func<ShopContext, Task> Load, Func<ShopContext, string, Task> Edit)> StaleEdits() =>
    [
        (shop => shop.Customers.SingleAsync(customer => customer.Id == 1), (shop, name) =>
        {
            var customer = shop.Customers.Local.Single();
            (customer.Name, customer.Revision) = (name, customer.Revision + 1);
            return Task.CompletedTask;
        }),
        (shop => shop.Products.SingleAsync(product => product.Id == 1), (shop, name) =>
        {
            shop.Products.Local.Single().Name = name;
            return Task.CompletedTask;
        }),
    ];

    static Task<int> SaveAsync(ShopContext context, bool async) => async ? context.SaveChangesAsync() : Task.FromResult(context.SaveChanges());
}
