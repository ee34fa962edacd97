using System.Collections;
using System.Collections.ObjectModel;
using System.Data;
using System.Data.Common;
using Npgsql;

namespace Tenancy;

/// <summary>The rows of a tenant's statements. The result of the scope ahead of them is not among them.</summary>
public sealed class TenantDataReader : DbDataReader, IDbColumnSchemaGenerator
{
    readonly TenantConnection _connection;
    readonly IScopedStatements _statements;
    readonly ScopedBatch _scope;
    readonly NpgsqlDataReader _driver;
    readonly int _lease;
    readonly NpgsqlTransaction? _own;
    readonly CommandBehavior _behavior;
    bool _ended;
    bool _closed;
    int _affected = -1;

    internal TenantDataReader(
        TenantConnection connection, IScopedStatements statements, ScopedBatch scope, NpgsqlDataReader rows,
        CommandBehavior behavior, NpgsqlTransaction? own = null)
    {
        _connection = connection;
        _statements = statements;
        _scope = scope;
        _driver = rows;
        _lease = connection.Lease;
        _own = own;
        _behavior = behavior;
    }

    /// <inheritdoc/>
    public override int Depth => Rows.Depth;

    /// <inheritdoc/>
    public override int FieldCount => _ended ? 0 : Rows.FieldCount;

    /// <inheritdoc/>
    public override bool HasRows => !_ended && Rows.HasRows;

    /// <inheritdoc/>
    public override bool IsClosed => _closed || IsLeaseOver || _driver.IsClosed;

    /// <inheritdoc/>
    public override int RecordsAffected => IsClosed ? _affected : _driver.RecordsAffected;

    /// <inheritdoc/>
    public override int VisibleFieldCount => _ended ? 0 : Rows.VisibleFieldCount;

    /// <inheritdoc/>
    public override object this[int ordinal] => Rows[ordinal];

    /// <inheritdoc/>
    public override object this[string name] => Rows[name];

    /// <inheritdoc/>
    public override bool Read()
    {
        try
        {
            return !_ended && Rows.Read();
        }
        catch (Exception e)
        {
            ScopedExecution.Observe(_connection, _scope, e);
            throw;
        }
    }

    /// <inheritdoc/>
    public override Task<bool> ReadAsync(CancellationToken cancellationToken)
    {
        if (_ended)
            return Task.FromResult(false);
        var read = Rows.ReadAsync(cancellationToken);
        return read.IsCompletedSuccessfully ? read : ObserveAsync(read);
    }

    /// <inheritdoc/>
    public override bool NextResult()
    {
        if (!BeginNextResult())
            return false;
        try
        {
            return Rows.NextResult();
        }
        catch (Exception e)
        {
            ScopedExecution.Observe(_connection, _scope, e);
            throw;
        }
    }

    /// <inheritdoc/>
    public override Task<bool> NextResultAsync(CancellationToken cancellationToken) =>
        BeginNextResult() ? ObserveAsync(Rows.NextResultAsync(cancellationToken)) : Task.FromResult(false);

    /// <inheritdoc/>
    public override void Close() => CloseAsync(async: false).GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override Task CloseAsync() => CloseAsync(async: true);

    /// <inheritdoc/>
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Usage", "CA2215", Justification = "The base class would only close again.")]
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Usage", "CA1816", Justification = "There is no finalizer.")]
    public override ValueTask DisposeAsync() => new(CloseAsync(async: true));

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Close();
        base.Dispose(disposing);
    }

    /// <inheritdoc/>
    public override bool GetBoolean(int ordinal) => Rows.GetBoolean(ordinal);

    /// <inheritdoc/>
    public override byte GetByte(int ordinal) => Rows.GetByte(ordinal);

    /// <inheritdoc/>
    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length) =>
        Rows.GetBytes(ordinal, dataOffset, buffer, bufferOffset, length);

    /// <inheritdoc/>
    public override char GetChar(int ordinal) => Rows.GetChar(ordinal);

    /// <inheritdoc/>
    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length) =>
        Rows.GetChars(ordinal, dataOffset, buffer, bufferOffset, length);

    /// <inheritdoc/>
    public override string GetDataTypeName(int ordinal) => Rows.GetDataTypeName(ordinal);

    /// <inheritdoc/>
    public override DateTime GetDateTime(int ordinal) => Rows.GetDateTime(ordinal);

    /// <inheritdoc/>
    public override decimal GetDecimal(int ordinal) => Rows.GetDecimal(ordinal);

    /// <inheritdoc/>
    public override double GetDouble(int ordinal) => Rows.GetDouble(ordinal);

    /// <inheritdoc/>
    public override IEnumerator GetEnumerator() => new DbEnumerator(this);

    /// <inheritdoc/>
    [System.Diagnostics.CodeAnalysis.UnconditionalSuppressMessage("Trimming", "IL2093", Justification = "As the driver declares it.")]
    public override Type GetFieldType(int ordinal) => Rows.GetFieldType(ordinal);

    /// <inheritdoc/>
    public override T GetFieldValue<T>(int ordinal) => Leased(Rows.GetFieldValue<T>(ordinal));

    /// <inheritdoc/>
    public override async Task<T> GetFieldValueAsync<T>(int ordinal, CancellationToken cancellationToken) =>
        Leased(await Rows.GetFieldValueAsync<T>(ordinal, cancellationToken).ConfigureAwait(false));

    /// <inheritdoc/>
    public override float GetFloat(int ordinal) => Rows.GetFloat(ordinal);

    /// <inheritdoc/>
    public override Guid GetGuid(int ordinal) => Rows.GetGuid(ordinal);

    /// <inheritdoc/>
    public override short GetInt16(int ordinal) => Rows.GetInt16(ordinal);

    /// <inheritdoc/>
    public override int GetInt32(int ordinal) => Rows.GetInt32(ordinal);

    /// <inheritdoc/>
    public override long GetInt64(int ordinal) => Rows.GetInt64(ordinal);

    /// <inheritdoc/>
    public override string GetName(int ordinal) => Rows.GetName(ordinal);

    /// <inheritdoc/>
    public override int GetOrdinal(string name) => Rows.GetOrdinal(name);

    /// <inheritdoc/>
    public override Stream GetStream(int ordinal) => new LeasedStream(this, Rows.GetStream(ordinal));

    /// <inheritdoc/>
    public override string GetString(int ordinal) => Rows.GetString(ordinal);

    /// <inheritdoc/>
    public override TextReader GetTextReader(int ordinal) => new LeasedTextReader(this, Rows.GetTextReader(ordinal));

    /// <inheritdoc/>
    public override object GetValue(int ordinal) => Rows.GetValue(ordinal);

    /// <inheritdoc/>
    public override int GetValues(object[] values) => Rows.GetValues(values);

    /// <inheritdoc/>
    public override bool IsDBNull(int ordinal) => Rows.IsDBNull(ordinal);

    /// <inheritdoc/>
    public override Task<bool> IsDBNullAsync(int ordinal, CancellationToken cancellationToken) =>
        Rows.IsDBNullAsync(ordinal, cancellationToken);

    /// <inheritdoc/>
    public override DataTable? GetSchemaTable() => Rows.GetSchemaTable();

    /// <summary>Describes the columns of the current result.</summary>
    public ReadOnlyCollection<DbColumn> GetColumnSchema() => ((IDbColumnSchemaGenerator)Rows).GetColumnSchema();

    /// <summary>
    /// The driver's reader, which the driver uses again for whoever gets the connection next: one that was closed, or
    /// whose lease has ended, must never be looked at.
    /// </summary>
    NpgsqlDataReader Rows => _closed || IsLeaseOver ? throw new InvalidOperationException("The reader is closed.") : _driver;

    /// <summary>Rows that a statement changed, of those that were read so far; the scope is not counted among them.</summary>
    internal ulong RowsChangedBy(int statement)
    {
        CheckLease();
        return _scope.Batch.BatchCommands[statement + 1].Rows;
    }

    /// <summary>Fails where the reader is closed or its lease has ended; for what was handed out to read on.</summary>
    internal void CheckLease() => _ = Rows;

    /// <summary>Whether what was handed out may still be touched.</summary>
    internal bool IsLive => !_closed && !IsLeaseOver;

    /// <summary>Streams are the driver's own and are used again; any other value is the caller's.</summary>
    T Leased<T>(T value) => value switch
    {
        Stream stream => (T)(object)new LeasedStream(this, stream),
        TextReader text => (T)(object)new LeasedTextReader(this, text),
        _ => value,
    };

    bool IsLeaseOver => _connection.Lease != _lease;

    /// <summary>Ends the first result for good where only that was asked for; the rest is read at closing.</summary>
    bool BeginNextResult()
    {
        _ended |= (_behavior & CommandBehavior.SingleResult) != 0;
        return !_ended;
    }

    async Task<bool> ObserveAsync(Task<bool> reading)
    {
        try
        {
            return await reading.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            ScopedExecution.Observe(_connection, _scope, e);
            throw;
        }
    }

    async Task CloseAsync(bool async)
    {
        if (Interlocked.Exchange(ref _closed, true))
            return;
        try
        {
            if (IsLeaseOver)
                return;
            if (async)
                await _driver.DisposeAsync().ConfigureAwait(false);
            else
                _driver.Dispose();
            _affected = _driver.RecordsAffected;
            if (_own is not null)
                await EndOwnTransactionAsync(_own, async).ConfigureAwait(false);
            _statements.Executing = null;
            _scope.Dispose();
        }
        catch (Exception e)
        {
            ScopedExecution.Observe(_connection, _scope, e);
            throw;
        }
        finally
        {
            if ((_behavior & CommandBehavior.CloseConnection) != 0)
            {
                if (async)
                    await _connection.CloseAsync().ConfigureAwait(false);
                else
                    _connection.Close();
            }
        }
    }

    static async Task EndOwnTransactionAsync(NpgsqlTransaction own, bool async)
    {
        if (async)
            await own.DisposeAsync().ConfigureAwait(false);
        else
            own.Dispose();
    }
}
