using Npgsql;
using NpgsqlTypes;

namespace Tenancy;

/// <summary>One column of a bulk insert: gathers the values of a chunk.</summary>
internal abstract class BulkColumn<T>(string quotedName)
{
    public string QuotedName { get; } = quotedName;

    /// <summary>Makes what gathers this column's values, for one insert.</summary>
    public abstract IBulkValues<T> Gather();
}

/// <summary>The values of one column.</summary>
internal interface IBulkValues<in T>
{
    void Add(T row);

    /// <summary>The values as a parameter; the next chunk begins empty.</summary>
    NpgsqlParameter Take();
}

internal sealed class BulkColumn<T, TValue>(string quotedName, Func<T, TValue> value, NpgsqlDbType? type) : BulkColumn<T>(quotedName)
{
    public override IBulkValues<T> Gather() => new Values(value, type);

    sealed class Values(Func<T, TValue> value, NpgsqlDbType? type) : IBulkValues<T>
    {
        List<TValue> _values = [];

        public void Add(T row) => _values.Add(value(row));

        public NpgsqlParameter Take()
        {
            var parameter = new NpgsqlParameter<List<TValue>> { TypedValue = _values };
            if (type is { } element)
                parameter.NpgsqlDbType = NpgsqlDbType.Array | element;
            _values = new List<TValue>(_values.Count);
            return parameter;
        }
    }
}
