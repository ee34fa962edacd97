using System.Data;
using System.Data.Common;

namespace Tenancy;

/// <summary>A batch of the data source's: each execution has a connection of its own. The base class's makes no commands.</summary>
internal sealed class DataSourceBatch(TenantDataSource data) : DbBatch
{
    const string OwnConnection = "A batch of a data source has a connection of its own. Make the batch with a connection instead.";

    readonly TenantBatch _batch = new();

    public override int Timeout
    {
        get => _batch.Timeout;
        set => _batch.Timeout = value;
    }

    protected override DbBatchCommandCollection DbBatchCommands => _batch.BatchCommands;

    protected override DbConnection? DbConnection
    {
        get => throw new NotSupportedException(OwnConnection);
        set => throw new NotSupportedException(OwnConnection);
    }

    protected override DbTransaction? DbTransaction
    {
        get => throw new NotSupportedException(OwnConnection);
        set => throw new NotSupportedException(OwnConnection);
    }

    public override void Cancel() => _batch.Cancel();

    public override void Prepare() => throw new NotSupportedException(OwnConnection);

    public override Task PrepareAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException(OwnConnection);

    public override int ExecuteNonQuery()
    {
        using var connection = data.OpenConnection();
        _batch.Connection = connection;
        return _batch.ExecuteNonQuery();
    }

    public override async Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken = default)
    {
        var connection = await data.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            _batch.Connection = connection;
            return await _batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public override object? ExecuteScalar()
    {
        using var connection = data.OpenConnection();
        _batch.Connection = connection;
        return _batch.ExecuteScalar();
    }

    public override async Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken = default)
    {
        var connection = await data.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            _batch.Connection = connection;
            return await _batch.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    protected override DbBatchCommand CreateDbBatchCommand() => new TenantBatchCommand();

    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior)
    {
        var connection = data.OpenConnection();
        try
        {
            _batch.Connection = connection;
            return _batch.ExecuteReader(behavior | CommandBehavior.CloseConnection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    protected override async Task<DbDataReader> ExecuteDbDataReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken)
    {
        var connection = await data.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _batch.Connection = connection;
            return await _batch.ExecuteReaderAsync(behavior | CommandBehavior.CloseConnection, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
