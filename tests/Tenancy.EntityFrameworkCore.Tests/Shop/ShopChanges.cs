using Microsoft.EntityFrameworkCore;

namespace Tenancy.EntityFrameworkCore.Tests.Shop;

/// <summary>What an application changes, in order; each leaves rows that the next one meets.</summary>
static class ShopChanges
{
    public static readonly (string Name, Func<ShopContext, Task> Change)[] All =
    [
        ("insert a graph", async shop =>
        {
            var brand = new Brand { Id = 20, Name = "new brand" };
            brand.Products.Add(new PhysicalProduct { Id = 20, Name = "new thing", WeightInGrams = 1, Tags = { new Tag { Id = 20, Label = "new" } } });
            shop.Add(brand);
            Assert.Equal(4, await shop.SaveChangesAsync());
        }),
        ("update one, sync", shop =>
        {
            shop.Products.Find(1)!.Price = 99.5m;
            Assert.Equal(1, shop.SaveChanges());
            return Task.CompletedTask;
        }),
        ("update by token of the application's", async shop =>
        {
            var customer = await shop.Customers.SingleAsync(c => c.Id == 1);
            customer.Name += " & Co";
            customer.Revision++;
            customer.Address.City = "Lund";
            Assert.Equal(1, await shop.SaveChangesAsync());
        }),
        ("change a JSON column", async shop =>
        {
            var product = await shop.Products.SingleAsync(p => p.Id == 2);
            product.Details.Color = "green";
            product.Details.Materials.Add("wood");
            await shop.SaveChangesAsync();
        }),
        ("mixed kinds in one save", async shop =>
        {
            (await shop.Products.FindAsync(4))!.State = ProductState.Retired;
            shop.Remove((await shop.Reviews.FirstAsync(r => r.ProductId == 5)));
            shop.Add(new Review { Id = new Guid(500, 0, 0, new byte[8]), ProductId = 4, Stars = 3 });
            shop.Add(new Employee { Id = 50, Name = "new clerk", Salary = 1, ManagerId = 2 });
            Assert.Equal(5, await shop.SaveChangesAsync());
        }),
        ("delete with dependents", async shop =>
        {
            shop.Remove(await shop.Orders.Include(o => o.Lines).SingleAsync(o => o.Id == 20));
            await shop.SaveChangesAsync();
        }),
        ("cascade on the server", async shop => Assert.Equal(1, await shop.Brands.Where(b => b.Id == 20).ExecuteDeleteAsync())),
        ("set null on the server", async shop =>
        {
            shop.Remove(await shop.People.SingleAsync(p => p.Id == 2));
            await shop.SaveChangesAsync();
        }),
        ("relink many to many", async shop =>
        {
            var product = await shop.Products.Include(p => p.Tags).SingleAsync(p => p.Id == 7);
            product.Tags.Clear();
            product.Tags.Add(await shop.Tags.SingleAsync(t => t.Id == 4));
            await shop.SaveChangesAsync();
        }),
        ("execute update", async shop => Assert.True(await shop.Products.Where(p => p.Stock > 4)
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.Stock, p => p.Stock - 1).SetProperty(p => p.State, ProductState.Draft)) > 3)),
        ("execute update, sync", shop =>
        {
            shop.Products.Where(p => p.Id == 6).ExecuteUpdate(set => set.SetProperty(p => p.Keywords, ["one"]));
            return Task.CompletedTask;
        }),
        ("execute delete, sync", shop => Task.FromResult(shop.Reviews.Where(r => r.Stars == 1).ExecuteDelete())),
        ("execute sql", async shop => Assert
            .Equal(1, await shop.Database.ExecuteSqlAsync($"""update "Tags" set "Label" = {"by hand"} where "Id" = {3}"""))),
        ("execute raw sql, sync", shop => Task.FromResult(shop.Database.ExecuteSqlRaw("""update "Brands" set "Name" = "Name" || {0}""", "!"))),
        ("a transaction", async shop =>
        {
            await using var transaction = await shop.Database.BeginTransactionAsync();
            shop.Add(new Tag { Id = 30, Label = "in a transaction" });
            await shop.SaveChangesAsync();
            await shop.Tags.Where(t => t.Id == 30).ExecuteUpdateAsync(set => set.SetProperty(t => t.Label, "twice in a transaction"));
            await transaction.CommitAsync();
        }),
        ("a transaction rolled back", async shop =>
        {
            await using var transaction = await shop.Database.BeginTransactionAsync();
            shop.Add(new Tag { Id = 31, Label = "lost" });
            await shop.SaveChangesAsync();
            await transaction.RollbackAsync();
        }),
        ("savepoints, named and EF Core's own", async shop =>
        {
            await using var transaction = await shop.Database.BeginTransactionAsync();
            shop.Add(new Tag { Id = 32, Label = "kept" });
            await shop.SaveChangesAsync();
            await transaction.CreateSavepointAsync("Before");
            shop.Add(new Tag { Id = 33, Label = "undone" });
            await shop.SaveChangesAsync();
            await transaction.RollbackToSavepointAsync("Before");
            await transaction.ReleaseSavepointAsync("Before");
            // The label is taken: SaveChanges goes back to its own savepoint, and the transaction lives on.
            shop.ChangeTracker.Clear();
            shop.AddRange(new Tag { Id = 34, Label = "fine" }, new Tag { Id = 35, Label = "kept" });
            await Assert.ThrowsAsync<DbUpdateException>(() => shop.SaveChangesAsync());
            shop.ChangeTracker.Clear();
            shop.Add(new Tag { Id = 36, Label = "after the error" });
            shop.SaveChanges();
            transaction.CreateSavepoint("Again");
            transaction.RollbackToSavepoint("Again");
            transaction.ReleaseSavepoint("Again");
            await transaction.CommitAsync();
        }),
        ("a hundred rows", async shop =>
        {
            shop.AddRange(Enumerable.Range(100, 100).Select(id => new Tag { Id = id, Label = $"bulk {id}" }));
            Assert.Equal(100, await shop.SaveChangesAsync());
        }),
        ("a unique key that is taken", async shop =>
        {
            shop.Add(new Tag { Id = 300, Label = "bulk 100" });
            var error = await Assert.ThrowsAsync<DbUpdateException>(() => shop.SaveChangesAsync());
            Assert.Equal("23505", Assert.IsType<Npgsql.PostgresException>(error.InnerException).SqlState);
        }),
    ];
}
