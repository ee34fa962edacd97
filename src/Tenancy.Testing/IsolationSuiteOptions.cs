namespace Tenancy;

/// <summary>What the suite's tenants are like.</summary>
public sealed class IsolationSuiteOptions
{
    /// <summary>Isolations to check. Default: all.</summary>
    public IReadOnlyList<TenantIsolation> Isolations { get; init; } = Enum.GetValues<TenantIsolation>();

    /// <summary>The tier of the tenants. Default: the first of the catalog, by name.</summary>
    public string? Tier { get; init; }

    /// <summary>Rows in each table of each tenant, 1 to 100. Default: 3.</summary>
    public int Rows
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 100);
            field = value;
        }
    } = 3;

    /// <summary>
    /// Gives a value as PostgreSQL reads it, or <see langword="null"/> where the suite is to make one up. Called for every column of
    /// every row. Default: everything is made up.
    /// </summary>
    public Func<SentinelColumn, string?> Value { get; init; } = _ => null;
}

/// <summary>A column of a row that is about to be inserted.</summary>
/// <param name="Table">The table's name, without its schema.</param>
/// <param name="Column">The column's name.</param>
/// <param name="Type">Its type, as PostgreSQL writes it.</param>
/// <param name="Row">The row's number, from 1.</param>
/// <param name="Sentinel">What stands in every row of the tenant, and nowhere else. Put it into text.</param>
public sealed record SentinelColumn(string Table, string Column, string Type, int Row, string Sentinel);
