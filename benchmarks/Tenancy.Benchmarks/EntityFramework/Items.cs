using Microsoft.EntityFrameworkCore;

namespace Tenancy.Benchmarks;

/// <summary>What is read, and what is saved.</summary>
internal sealed class Item
{
    public long Id { get; set; }

    public required string Title { get; set; }

    public int Quantity { get; set; }
}

internal sealed class Posting
{
    public Guid Id { get; set; }

    public required string Title { get; set; }

    public int Quantity { get; set; }
}

/// <summary>The model on Tenancy, which knows of no tenant.</summary>
internal sealed class TenantItems(DbContextOptions<TenantItems> options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Item>().ToTable("items");
        modelBuilder.Entity<Posting>().ToTable("postings").HasKey(posting => posting.Id);
    }
}

/// <summary>The model that people write by hand: the tenant in each key, and in each query.</summary>
internal sealed class PlainItems(DbContextOptions<PlainItems> options) : DbContext(options)
{
    public const string Tenant = "tenant_id";

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Item>(item =>
        {
            item.ToTable("items").Property<Guid>(Tenant);
            item.HasKey(Tenant, nameof(Item.Id));
        });
        modelBuilder.Entity<Posting>(posting =>
        {
            posting.ToTable("postings").Property<Guid>(Tenant);
            posting.HasKey(Tenant, nameof(Posting.Id));
        });
    }
}
