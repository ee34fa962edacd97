using Microsoft.EntityFrameworkCore;

namespace Tenancy.EntityFrameworkCore.Tests.Shop;

/// <summary>The rows of one shop. Two shops have equal keys and different contents.</summary>
static class ShopSeed
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static async Task AddAsync(ShopContext shop, string mark, int scale)
    {
        for (var id = 1; id <= 3; id++)
            shop.Add(new Brand { Id = id, Name = $"{mark} brand {id}" });
        for (var id = 1; id <= 4; id++)
            shop.Add(new Tag { Id = id, Label = $"{mark} tag {id}" });
        await shop.SaveChangesAsync();
        var tags = await shop.Tags.OrderBy(tag => tag.Id).ToListAsync();
        for (var id = 1; id <= 12; id++)
        {
            Product product = id % 3 == 0
                ? new DigitalProduct { Id = id, Name = $"{mark} download {id}", DownloadPath = $"/{mark}/{id}" }
                : new PhysicalProduct { Id = id, Name = $"{mark} thing {id}", WeightInGrams = id * 100 * scale };
            product.BrandId = id % 3 + 1;
            product.Price = 1.25m * id * scale;
            product.Stock = id * scale;
            product.State = (ProductState)(id % 3);
            product.Keywords = [mark, $"key{id % 4}"];
            product.Details = new ProductDetails { Color = id % 2 == 0 ? "red" : "blue", WarrantyMonths = id + scale, Materials = { mark, "steel" } };
            product.Tags.AddRange(tags.Where(tag => (tag.Id + id) % 3 == 0));
            product.Reviews
                .Add(new Review { Id = new Guid(id, 0, 0, new byte[8]), Stars = (id + scale) % 5 + 1, Text = id % 2 == 0 ? $"{mark} says {id}" : null });
            shop.Add(product);
        }

        for (var id = 1; id <= 4; id++)
        {
            shop.Add(new Customer
            {
                Id = id, Name = $"{mark} customer {id}", Email = new Email($"{id}@{mark}.example"), Revision = scale,
                Address = new Address { Street = $"{id} {mark} street", City = id % 2 == 0 ? "Lyon" : "Malmö" },
                CountryCode = id % 2 == 0 ? "FR" : "SE",
            });
            var order = new Order
            {
                Id = id * 10, CustomerId = id, Placed = Start
                    .AddDays(id * scale), ShipTo = new Address { Street = $"{mark} dock", City = $"Port {id}" },
            };
            for (var number = 1; number <= id; number++)
                order.Lines.Add(new OrderLine { Number = number, ProductId = number * 2, Quantity = number * scale, UnitPrice = number + 0.5m });
            shop.Add(order);
        }

        await shop.SaveChangesAsync();
        shop.Add(new Employee { Id = 1, Name = $"{mark} chief", Salary = 100 * scale });
        await shop.SaveChangesAsync();
        shop.Add(new Employee { Id = 2, Name = $"{mark} clerk", Salary = 50 * scale, ManagerId = 1 });
        var supplier = new Supplier { Id = 3, Name = $"{mark} contact", Company = $"{mark} & Sons" };
        supplier.Brands.AddRange(await shop.Brands.Where(brand => brand.Id != 2).ToListAsync());
        shop.Add(supplier);
        await shop.SaveChangesAsync();
    }
}
