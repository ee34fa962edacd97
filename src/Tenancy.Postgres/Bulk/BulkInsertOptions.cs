namespace Tenancy;

/// <summary>How a bulk insert goes about it.</summary>
public sealed class BulkInsertOptions
{
    /// <summary>The default of <see cref="RowsPerStatement"/>.</summary>
    public const int DefaultRowsPerStatement = 5_000;

    /// <summary>Rows that go in one statement, and are held in memory at a time.</summary>
    /// <value>Default: 5,000. Range: 1 to 1,000,000.</value>
    public int RowsPerStatement
    {
        get;
        init => field = value is >= 1 and <= 1_000_000
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Give 1 to 1,000,000 rows.");
    } = DefaultRowsPerStatement;

    /// <summary>Seconds until one of the statements is cancelled; 0 for never.</summary>
    /// <value>Default: what the connection string says, or 30.</value>
    public int? StatementTimeout { get; init; }
}
