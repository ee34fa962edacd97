using Microsoft.EntityFrameworkCore;

namespace Tenancy.EntityFrameworkCore.Tests.Shop;

/// <summary>A shop as the public samples have it, written for one customer: nothing in it knows of tenants.</summary>
public class ShopContext(DbContextOptions options) : DbContext(options)
{
    public static readonly string[] IsolatedTables =
        ["Brands", "Products", "Tags", "ProductTag", "Reviews", "Customers", "Orders", "OrderLines", "People", "Employees", "Suppliers", "BrandSupplier"];

    public DbSet<Country> Countries => Set<Country>();

    public DbSet<Brand> Brands => Set<Brand>();

    public DbSet<Product> Products => Set<Product>();

    public DbSet<Tag> Tags => Set<Tag>();

    public DbSet<Review> Reviews => Set<Review>();

    public DbSet<Customer> Customers => Set<Customer>();

    public DbSet<Order> Orders => Set<Order>();

    public DbSet<OrderLine> OrderLines => Set<OrderLine>();

    public DbSet<Person> People => Set<Person>();

    public static long OrdersOf(int customer) => throw new NotSupportedException("Only in queries.");

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDbFunction(typeof(ShopContext).GetMethod(nameof(OrdersOf))!).HasName("orders_of");
        modelBuilder.Entity<Country>().HasKey(country => country.Code);
        modelBuilder.Entity<Product>(product =>
        {
            product.Property(p => p.State).HasConversion<string>();
            product.Property(p => p.Price).HasPrecision(12, 2);
            product.Property(p => p.Version).IsRowVersion();
            product.OwnsOne(p => p.Details, details => details.ToJson());
            product.HasIndex(p => new { p.BrandId, p.Name }).IsUnique();
            product.HasMany(p => p.Tags).WithMany(tag => tag.Products).UsingEntity("ProductTag");
        });
        modelBuilder.Entity<PhysicalProduct>();
        modelBuilder.Entity<DigitalProduct>();
        modelBuilder.Entity<Tag>().HasIndex(tag => tag.Label).IsUnique();
        modelBuilder.Entity<Customer>(customer =>
        {
            customer.Property(c => c.Email).HasConversion(email => email.Value, value => new Email(value));
            customer.Property(c => c.Revision).IsConcurrencyToken();
            customer.OwnsOne(c => c.Address);
            customer.HasOne(c => c.Country).WithMany().HasForeignKey(c => c.CountryCode);
        });
        modelBuilder.Entity<Order>(order =>
        {
            order.OwnsOne(o => o.ShipTo);
            order.Property(o => o.Version).IsRowVersion();
            order.HasMany(o => o.Lines).WithOne().HasForeignKey(line => line.OrderId);
        });
        modelBuilder.Entity<OrderLine>(line =>
        {
            line.HasKey(l => new { l.OrderId, l.Number });
            line.Property(l => l.UnitPrice).HasPrecision(12, 2);
            line.HasOne(l => l.Product).WithMany().OnDelete(DeleteBehavior.Restrict);
        });
        modelBuilder.Entity<Person>().UseTptMappingStrategy();
        modelBuilder.Entity<Employee>().ToTable("Employees").HasOne(e => e.Manager).WithMany().OnDelete(DeleteBehavior.SetNull);
        modelBuilder.Entity<Supplier>().ToTable("Suppliers").HasMany(s => s.Brands).WithMany().UsingEntity("BrandSupplier");
    }
}
