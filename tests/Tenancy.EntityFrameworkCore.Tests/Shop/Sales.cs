namespace Tenancy.EntityFrameworkCore.Tests.Shop;

public readonly record struct Email(string Value);

/// <summary>Owned by customers and orders, in their tables.</summary>
public sealed class Address
{
    public required string Street { get; set; }

    public required string City { get; set; }
}

public sealed class Customer
{
    public int Id { get; set; }

    public required string Name { get; set; }

    public Email Email { get; set; }

    public required Address Address { get; set; }

    public required string CountryCode { get; set; }

    public Country? Country { get; set; }

    /// <summary>A concurrency token that the application counts.</summary>
    public int Revision { get; set; }

    public List<Order> Orders { get; } = [];
}

public sealed class Order
{
    public long Id { get; set; }

    public int CustomerId { get; set; }

    public Customer? Customer { get; set; }

    public DateTimeOffset Placed { get; set; }

    public required Address ShipTo { get; set; }

    public List<OrderLine> Lines { get; } = [];

    public uint Version { get; set; }
}

/// <summary>With a key of two columns.</summary>
public sealed class OrderLine
{
    public long OrderId { get; set; }

    public int Number { get; set; }

    public int ProductId { get; set; }

    public Product? Product { get; set; }

    public int Quantity { get; set; }

    public decimal UnitPrice { get; set; }
}

/// <summary>A table for each kind.</summary>
public abstract class Person
{
    public int Id { get; set; }

    public required string Name { get; set; }
}

public sealed class Employee : Person
{
    public decimal Salary { get; set; }

    public int? ManagerId { get; set; }

    public Employee? Manager { get; set; }
}

public sealed class Supplier : Person
{
    public required string Company { get; set; }

    public List<Brand> Brands { get; } = [];
}
