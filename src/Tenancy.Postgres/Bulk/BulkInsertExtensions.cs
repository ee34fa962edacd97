using System.Data.Common;

namespace Tenancy;

/// <summary>Inserts many rows, whatever the isolation.</summary>
public static class BulkInsertExtensions
{
    /// <summary>
    /// Inserts rows as arrays that the server takes apart, a few thousand to a statement: all of them or none. Inside a
    /// transaction it is part of it. COPY FROM would be refused by PostgreSQL under row security.
    /// </summary>
    /// <typeparam name="T">A row as the application has it.</typeparam>
    /// <param name="connection">An open connection.</param>
    /// <param name="table">The table's name, without a schema and not quoted; the tenant's scope finds it.</param>
    /// <param name="rows">The rows; read once.</param>
    /// <param name="columns">Adds the columns.</param>
    /// <param name="options">How to go about it. Default: 5,000 rows to a statement.</param>
    /// <param name="cancellationToken">Ends it; nothing is inserted then.</param>
    /// <returns>How many rows the server says it inserted.</returns>
    /// <exception cref="DbException">A statement failed; nothing was inserted.</exception>
    public static Task<long> BulkInsertAsync<T>(
        this TenantConnection connection, string table, IEnumerable<T> rows, Action<BulkColumns<T>> columns,
        BulkInsertOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return BulkInsert<T>.Create(connection, table, columns, options).RunAsync(rows, cancellationToken);
    }

    /// <inheritdoc cref="BulkInsertAsync{T}(TenantConnection, string, IEnumerable{T}, Action{BulkColumns{T}}, BulkInsertOptions?, CancellationToken)"/>
    public static Task<long> BulkInsertAsync<T>(
        this TenantConnection connection, string table, IAsyncEnumerable<T> rows, Action<BulkColumns<T>> columns,
        BulkInsertOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return BulkInsert<T>.Create(connection, table, columns, options).RunAsync(rows, cancellationToken);
    }
}
