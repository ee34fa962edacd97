using System.Data.Common;
using System.Globalization;

namespace Tenancy;

/// <summary>One bulk insert: gathers rows into chunks and sends each as one statement.</summary>
internal sealed class BulkInsert<T>
{
    readonly TenantConnection _connection;
    readonly BulkInsertOptions _options;
    readonly string _statement;
    readonly IBulkValues<T>[] _values;
    int _gathered;
    long _inserted;

    BulkInsert(TenantConnection connection, string table, BulkColumns<T> columns, BulkInsertOptions options)
    {
        _connection = connection;
        _options = options;
        _values = [.. columns.Items.Select(static column => column.Gather())];
        var names = string.Join(", ", columns.Items.Select(static column => column.QuotedName));
        var arrays = string.Join(", ", Enumerable.Range(1, _values.Length).Select(static n => string.Create(CultureInfo.InvariantCulture, $"${n}")));
        _statement = $"insert into {SqlIdentifier.Quote(table)} ({names}) select * from unnest({arrays})";
    }

    public static BulkInsert<T> Create(
        TenantConnection connection, string table, Action<BulkColumns<T>> configure, BulkInsertOptions? options)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(configure);
        var columns = new BulkColumns<T>();
        configure(columns);
        if (columns.Items.Count == 0)
            throw new ArgumentException("The bulk insert has no columns. Add some.", nameof(configure));
        return new BulkInsert<T>(connection, table, columns, options ?? new BulkInsertOptions());
    }

    public Task<long> RunAsync(IEnumerable<T> rows, CancellationToken cancellationToken) => TransactAsync(async () =>
    {
        foreach (var row in rows)
            await AddAsync(row, cancellationToken).ConfigureAwait(false);
    }, cancellationToken);

    public Task<long> RunAsync(IAsyncEnumerable<T> rows, CancellationToken cancellationToken) => TransactAsync(async () =>
    {
        await foreach (var row in rows.WithCancellation(cancellationToken).ConfigureAwait(false))
            await AddAsync(row, cancellationToken).ConfigureAwait(false);
    }, cancellationToken);

    async Task<long> TransactAsync(Func<Task> insert, CancellationToken cancellationToken)
    {
        DbTransaction? own = _connection.IsInTransaction
            ? null
            : await _connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await insert().ConfigureAwait(false);
            await SendAsync(cancellationToken).ConfigureAwait(false);
            if (own is not null)
                await own.CommitAsync(cancellationToken).ConfigureAwait(false);
            return _inserted;
        }
        finally
        {
            if (own is not null)
                await own.DisposeAsync().ConfigureAwait(false);
        }
    }

    async ValueTask AddAsync(T row, CancellationToken cancellationToken)
    {
        foreach (var values in _values)
            values.Add(row);
        if (++_gathered == _options.RowsPerStatement)
            await SendAsync(cancellationToken).ConfigureAwait(false);
    }

    async Task SendAsync(CancellationToken cancellationToken)
    {
        if (_gathered == 0)
            return;
        _gathered = 0;
        var command = _connection.CreateCommand();
        command.CommandText = _statement;
        if (_options.StatementTimeout is { } seconds)
            command.CommandTimeout = seconds;
        foreach (var values in _values)
            command.Parameters.Add(values.Take());
        _inserted += await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
