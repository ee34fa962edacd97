using Npgsql;

namespace Tenancy;

/// <summary>Counts what the rows of one execution have on the wire, where the tier limits that.</summary>
internal sealed class ResultMeter
{
    /// <summary>A row's type, its length, and how many columns it has.</summary>
    const int Row = 1 + 4 + 2;

    /// <summary>A column's length.</summary>
    const int Column = 4;

    readonly StatementLimits _limits;
    readonly long _limit;
    long _bytes;
    int _counted;

    ResultMeter(StatementLimits limits, long limit)
    {
        _limits = limits;
        _limit = limit;
    }

    /// <summary>Makes one; none where the tier has no limit.</summary>
    public static ResultMeter? Of(StatementLimits? limits) =>
        limits?.ResultBytes is { } limit ? new ResultMeter(limits, limit) : null;

    /// <summary>Whether more was counted than is allowed.</summary>
    public bool IsExceeded => _bytes > _limit;

    /// <summary>What to throw then.</summary>
    public TenantResultTooLargeException Error => new(_limits);

    /// <exception cref="TenantResultTooLargeException">More was counted than is allowed.</exception>
    public void ThrowIfExceeded()
    {
        if (IsExceeded)
            throw Error;
    }

    /// <summary>Counts bytes that are no row's.</summary>
    public void Add(long bytes) => _bytes += bytes;

    /// <summary>Counts the row that was just reached, of which the driver has all.</summary>
    public void AddRow(NpgsqlDataReader row)
    {
        BeginRow(row.FieldCount);
        AddTo(row, row.FieldCount - 1);
    }

    /// <summary>Begins to count a row column by column: one that is streamed can be read forward only.</summary>
    public void BeginRow(int columns)
    {
        _bytes += Row + Column * columns;
        _counted = 0;
    }

    /// <summary>Counts the columns up to one, which the driver then stands at the beginning of.</summary>
    public void AddTo(NpgsqlDataReader row, int ordinal)
    {
        for (; _counted <= ordinal && !IsExceeded; _counted++)
        {
            if (!row.IsDBNull(_counted))
                _bytes += row.GetBytes(_counted, 0, null, 0, 0);
        }
    }

    /// <inheritdoc cref="AddTo"/>
    public async Task AddToAsync(NpgsqlDataReader row, int ordinal, CancellationToken cancellationToken)
    {
        for (; _counted <= ordinal && !IsExceeded; _counted++)
        {
            if (!await row.IsDBNullAsync(_counted, cancellationToken).ConfigureAwait(false))
                _bytes += row.GetBytes(_counted, 0, null, 0, 0);
        }
    }

    /// <summary>Whether a column was counted, or is none.</summary>
    public bool Has(NpgsqlDataReader row, int ordinal) => ordinal < _counted || ordinal >= row.FieldCount;
}
