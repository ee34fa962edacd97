using NpgsqlTypes;

namespace Tenancy;

/// <summary>The columns of a bulk insert, and where their values come from.</summary>
/// <typeparam name="T">A row as the application has it.</typeparam>
public sealed class BulkColumns<T>
{
    internal List<BulkColumn<T>> Items { get; } = [];

    /// <summary>Adds a column.</summary>
    /// <typeparam name="TValue">Its type, as Npgsql maps it; nullable where the column is.</typeparam>
    /// <param name="name">The name of the column, not quoted. <c>tenant_id</c> is refused: the scope sets it.</param>
    /// <param name="value">Takes the value from a row.</param>
    /// <param name="type">The type to send where it cannot be told from <typeparamref name="TValue"/>, such as jsonb. Default: told from it.</param>
    /// <exception cref="ArgumentException">The name cannot be one of PostgreSQL's, is tenant_id, or was added before.</exception>
    /// <exception cref="NotSupportedException">The value is an array: unnest() would take it apart.</exception>
    public BulkColumns<T> Add<TValue>(string name, Func<T, TValue> value, NpgsqlDbType? type = null)
    {
        ArgumentNullException.ThrowIfNull(value);
        var quoted = SqlIdentifier.Quote(name);
        if (name == "tenant_id")
            throw new ArgumentException("The tenant's scope sets tenant_id. Leave the column out.", nameof(name));
        if (Items.Exists(item => item.QuotedName == quoted))
            throw new ArgumentException($"The column {quoted} was added before.", nameof(name));
        if (typeof(TValue).IsArray && typeof(TValue) != typeof(byte[]))
        {
            throw new NotSupportedException(
                $"The column {quoted} holds arrays, which unnest() would take apart. Insert such rows with DbBatch, an insert to each.");
        }

        Items.Add(new BulkColumn<T, TValue>(quoted, value, type));
        return this;
    }
}
