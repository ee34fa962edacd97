namespace Tenancy.EntityFrameworkCore.Tests.Shop;

/// <summary>Reference data, the same for all tenants.</summary>
public sealed class Country
{
    public required string Code { get; set; }

    public required string Name { get; set; }
}

public sealed class Brand
{
    public int Id { get; set; }

    public required string Name { get; set; }

    public List<Product> Products { get; } = [];
}

/// <summary>All kinds in one table.</summary>
public abstract class Product
{
    public int Id { get; set; }

    public required string Name { get; set; }

    public decimal Price { get; set; }

    public int Stock { get; set; }

    public ProductState State { get; set; }

    public int BrandId { get; set; }

    public Brand? Brand { get; set; }

    public ProductDetails Details { get; set; } = new();

    public string[] Keywords { get; set; } = [];

    public List<Tag> Tags { get; } = [];

    public List<Review> Reviews { get; } = [];

    /// <summary>The row's <c>xmin</c>.</summary>
    public uint Version { get; set; }
}

public sealed class PhysicalProduct : Product
{
    public int WeightInGrams { get; set; }
}

public sealed class DigitalProduct : Product
{
    public string? DownloadPath { get; set; }
}

public enum ProductState
{
    Draft,
    Listed,
    Retired,
}

/// <summary>A JSON column.</summary>
public sealed class ProductDetails
{
    public string? Color { get; set; }

    public int WarrantyMonths { get; set; }

    public List<string> Materials { get; set; } = [];
}

public sealed class Tag
{
    public int Id { get; set; }

    public required string Label { get; set; }

    public List<Product> Products { get; } = [];
}

public sealed class Review
{
    public Guid Id { get; set; }

    public int ProductId { get; set; }

    public Product? Product { get; set; }

    public int Stars { get; set; }

    public string? Text { get; set; }
}
