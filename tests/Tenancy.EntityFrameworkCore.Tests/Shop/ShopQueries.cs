using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Tenancy.EntityFrameworkCore.Tests.Shop;

/// <summary>What an application asks, in every form of EF Core's.</summary>
static class ShopQueries
{
    /// <summary>A compiled query belongs to one model. All tenants share theirs, so that there are two: theirs and the plain one.</summary>
    static readonly ConditionalWeakTable<IModel, Func<ShopContext, int, Task<Product?>>> CompiledAsync = [];

    static readonly ConditionalWeakTable<IModel, Func<ShopContext, string, IEnumerable<Customer>>> Compiled = [];

    public static readonly Dictionary<string, Func<ShopContext, Task<object?>>> All = new()
    {
        ["all of each table"] = async shop => new object[]
        {
            await shop.Countries.OrderBy(c => c.Code).ToListAsync(), await shop.Brands.OrderBy(b => b.Id).ToListAsync(),
            (await shop.Products.OrderBy(p => p.Id).ToListAsync()).Cast<object>(), await shop.Tags.OrderBy(t => t.Id).ToListAsync(),
            await shop.Reviews.OrderBy(r => r.Id).ToListAsync(), await shop.Customers.OrderBy(c => c.Id).ToListAsync(),
            await shop.Orders.OrderBy(o => o.Id).ToListAsync(), (await shop.People.OrderBy(p => p.Id).ToListAsync()).Cast<object>(),
        },
        ["sync"] = shop => Task.FromResult<object?>(shop.Products.Where(p => p.Price > 3).OrderByDescending(p => p.Price)
            .Select(p => p.Name).ToList()),
        ["find"] = async shop => await shop.Customers.FindAsync(2),
        ["find composite"] = shop => Task.FromResult<object?>(shop.OrderLines.Find(30L, 2)),
        ["find none"] = async shop => await shop.Customers.FindAsync(99),
        ["include single"] = async shop => await shop.Brands.Include(b => b.Products.OrderBy(p => p.Id))
            .ThenInclude(p => p.Reviews.OrderBy(r => r.Id)).OrderBy(b => b.Id).ToListAsync(),
        ["include split"] = async shop => await shop.Products.Include(p => p.Tags.OrderBy(t => t.Id))
            .Include(p => p.Reviews.OrderBy(r => r.Id)).AsSplitQuery().OrderBy(p => p.Id).ToListAsync(),
        ["include split sync"] = shop => Task.FromResult<object?>(shop.Orders.Include(o => o.Lines.OrderBy(l => l.Number))
            .AsSplitQuery().OrderBy(o => o.Id).ToList()),
        ["include filtered"] = async shop => await shop.Brands
            .Include(b => b.Products.Where(p => p.Stock > 5).OrderBy(p => p.Id)).OrderBy(b => b.Id).ToListAsync(),
        ["many to many"] = async shop => await shop.Products.Where(p => p.Tags.Any(t => t.Id == 2)).OrderBy(p => p.Id)
            .Select(p => new { p.Id, Tags = p.Tags.OrderBy(t => t.Id).Select(t => t.Label).ToList() }).ToListAsync(),
        ["group"] = async shop => await shop.OrderLines.GroupBy(l => l.ProductId)
            .Select(g => new { g.Key, Sum = g.Sum(l => l.Quantity * l.UnitPrice), N = g.Count() }).OrderBy(x => x.Key)
            .ToListAsync(),
        ["join"] = async shop => await shop.Orders
            .Join(shop.Customers, o => o.CustomerId, c => c.Id, (o, c) => new { o.Id, c.Name, c.Email }).OrderBy(x => x.Id)
            .ToListAsync(),
        ["left join"] = async shop => await shop.Products
            .LeftJoin(shop.OrderLines, p => p.Id, l => l.ProductId, (p, l) => new { p.Id, Quantity = (int?)l!.Quantity })
            .OrderBy(x => x.Id).ThenBy(x => x.Quantity).ToListAsync(),
        ["json"] = async shop => await shop.Products.Where(p => p.Details.Color == "red" && p.Details.WarrantyMonths > 3)
            .OrderBy(p => p.Id).Select(p => p.Details).AsNoTracking().ToListAsync(),
        ["array"] = async shop => await shop.Products.Where(p => p.Keywords.Contains("key1")).OrderBy(p => p.Id).Select(p => p.Id).ToListAsync(),
        ["enum as text"] = async shop => await shop.Products.Where(p => p.State == ProductState.Listed).OrderBy(p => p.Id)
            .Select(p => p.Name).ToListAsync(),
        ["converted"] = async shop => await shop.Customers
            .SingleAsync(c => c.Email == new Email("3@north.example") || c.Email == new Email("3@south.example")),
        ["owned"] = async shop => await shop.Orders.Where(o => o.ShipTo.City == "Port 2").Select(o => o.ShipTo).AsNoTracking().ToListAsync(),
        ["hierarchy in one table"] = async shop => await shop.Products.OfType<DigitalProduct>().OrderBy(p => p.Id).ToListAsync(),
        ["hierarchy in tables"] = async shop => await shop.Set<Employee>().Include(e => e.Manager).OrderBy(e => e.Id).ToListAsync(),
        ["supplier's brands"] = async shop => await shop.Set<Supplier>().Include(s => s.Brands.OrderBy(b => b.Id)).ToListAsync(),
        ["stored function"] = async shop => await shop.Customers.Where(c => ShopContext.OrdersOf(c.Id) > 0)
            .OrderBy(c => c.Id).Select(c => new { c.Id, N = ShopContext.OrdersOf(c.Id) }).ToListAsync(),
        ["from sql"] = async shop => await shop.Brands.FromSql($"""select * from "Brands" where "Id" < {3}""")
            .Include(b => b.Products.OrderBy(p => p.Id)).OrderBy(b => b.Id).ToListAsync(),
        ["from raw sql"] = shop => Task.FromResult<object?>(shop.Tags
            .FromSqlRaw("""select * from "Tags" where "Label" like {0}""", "%tag 2").ToList()),
        ["sql query"] = async shop => await shop.Database.SqlQuery<int>($"""select "Stock" as "Value" from "Products" """)
            .OrderBy(n => n).ToListAsync(),
        ["compiled async"] = async shop => await CompiledAsync
            .GetValue(shop.Model, _ => EF
            .CompileAsyncQuery((ShopContext s, int id) => s.Products.FirstOrDefault(p => p.Id == id)))(shop, 6),
        ["compiled sync"] = shop => Task.FromResult<object?>(Compiled
            .GetValue(shop.Model, _ => EF
            .CompileQuery((ShopContext s, string city) => s.Customers.OrderBy(c => c.Id)
            .Where(c => c.Address.City == city)))(shop, "Lyon").ToList()),
        ["streamed"] = async shop =>
        {
            var names = new List<string>();
            await foreach (var product in shop.Products.OrderBy(p => p.Id).AsAsyncEnumerable())
                names.Add(product.Name);
            return names;
        },
        ["paged"] = async shop => await shop.Products.OrderBy(p => p.Id).Skip(3).Take(4).Select(p => p.Id).ToListAsync(),
        ["contains"] = async shop => await shop.Products.Where(p => new[] { 2, 5, 77 }.Contains(p.Id)).OrderBy(p => p.Id)
            .Select(p => p.Name).ToListAsync(),
        ["scalars"] = async shop => new object?[] { await shop.Products.CountAsync(), await shop.Products
            .MaxAsync(p => p.Price), await shop.Reviews.AverageAsync(r => r.Stars), await shop.Orders
            .AnyAsync(o => o.Id == 40) },
        ["union"] = async shop => await shop.Brands.Select(b => b.Name).Union(shop.Tags.Select(t => t.Label)).OrderBy(n => n).ToListAsync(),
        ["can connect"] = async shop => new[] { await shop.Database.CanConnectAsync(), shop.Database.CanConnect() },
    };
}
