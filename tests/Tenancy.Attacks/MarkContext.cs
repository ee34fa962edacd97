using Microsoft.EntityFrameworkCore;

namespace Tenancy.Attacks;

/// <summary>A row of whatever a statement returns.</summary>
public sealed record Mark(string Value);

/// <summary>EF Core on the tenants' data, for raw SQL only.</summary>
public sealed class MarkContext(DbContextOptions<MarkContext> options) : DbContext(options)
{
    public DbSet<Mark> Marks => Set<Mark>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) =>
        modelBuilder.Entity<Mark>(mark =>
        {
            mark.HasNoKey();
            mark.Property(row => row.Value).HasColumnName("Value");
        });
}
