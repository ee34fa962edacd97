using System.Collections.ObjectModel;
using System.Data;
using System.Data.Common;
using Npgsql;

namespace Tenancy;

/// <summary>The rows of a tenant's statements. The result of the scope ahead of them is not among them.</summary>
public sealed partial class TenantDataReader : DbDataReader, IDbColumnSchemaGenerator
{
    readonly TenantConnection _connection;
    readonly IScopedStatements _statements;
    readonly ScopedBatch _scope;
    readonly NpgsqlDataReader _driver;
    readonly int _lease;
    readonly CommandBehavior _behavior;
    bool _ended;
    bool _closed;
    bool _disposed;
    bool _atEnd;
    long _rows;
    int _affected = -1;

    internal TenantDataReader(
        TenantConnection connection, IScopedStatements statements, ScopedBatch scope, NpgsqlDataReader rows,
        CommandBehavior behavior)
    {
        _connection = connection;
        _statements = statements;
        _scope = scope;
        _driver = rows;
        _lease = scope.Lease;
        _behavior = behavior;
        _meter = ResultMeter.Of(scope.Limits);
        // One that was closed meanwhile, and perhaps opened again, has nothing to do with it.
        if (!IsLeaseOver)
            connection.Reading(this);
    }

    /// <summary>A transaction that ends with the reader.</summary>
    internal OwnTransaction? Own { get; init; }

    /// <summary>What the catalog says of the columns, where that was asked for.</summary>
    internal ColumnOrigins? Origins { get; init; }

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
    public override bool Read()
    {
        if (_ended)
            return false;
        Enter();
        try
        {
            return _meter is null ? Seen(_driver.Read()) : ReadCounted();
        }
        catch (Exception e) when (_meter is null)
        {
            ScopedExecution.Observe(_connection, _scope, e);
            _scope.ThrowIfLimited(e);
            throw;
        }
        finally
        {
            Leave();
        }
    }

    /// <inheritdoc/>
    public override Task<bool> ReadAsync(CancellationToken cancellationToken)
    {
        if (_ended)
            return Task.FromResult(false);
        Enter();
        Task<bool> read;
        try
        {
            // The driver refuses at once where its reader is closed already.
            read = _meter is null ? _driver.ReadAsync(cancellationToken) : ReadCountedAsync(cancellationToken);
        }
        catch
        {
            Leave();
            throw;
        }

        if (_meter is not null)
            return WorkAsync(read);
        if (!read.IsCompletedSuccessfully)
            return ReadAndLeaveAsync(read);
        Seen(read.GetAwaiter().GetResult());
        var left = LeaveAsync(async: true);
        return left.IsCompletedSuccessfully ? read : AfterAsync(left, read);
    }

    /// <inheritdoc/>
    public override bool NextResult()
    {
        if (!BeginNextResult())
            return false;
        Enter();
        try
        {
            if (_meter is not null)
                LeaveResult();
            return NextHere();
        }
        finally
        {
            Leave();
        }
    }

    /// <inheritdoc/>
    public override Task<bool> NextResultAsync(CancellationToken cancellationToken)
    {
        if (!BeginNextResult())
            return Task.FromResult(false);
        Enter();
        return WorkAsync(_meter is null ? ObserveNextAsync(cancellationToken) : NextCountedAsync(cancellationToken));
    }

    /// <inheritdoc/>
    public override void Close() => CloseAsync(async: false).GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override Task CloseAsync() => CloseAsync(async: true);

    /// <inheritdoc/>
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Usage", "CA2215", Justification = "The base class would only close again.")]
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Usage", "CA1816", Justification = "There is no finalizer.")]
    public override ValueTask DisposeAsync()
    {
        _disposed = true;
        return new(CloseAsync(async: true));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _disposed = true;
        if (disposing)
            Close();
        base.Dispose(disposing);
    }

    /// <summary>Records inside a value are read with <c>GetFieldValue&lt;object[]&gt;</c>.</summary>
    /// <exception cref="NotSupportedException">Always: the driver's nested reader would outlive the lease.</exception>
    protected override DbDataReader GetDbDataReader(int ordinal) => throw new NotSupportedException(
        "A nested reader is the driver's own and would outlive the lease. Read the record with GetFieldValue<object[]>().");

    /// <inheritdoc/>
    public override DataTable? GetSchemaTable() =>
        Origins is null ? Rows.GetSchemaTable() : Origins.Tabulate(Rows.GetSchemaTable(), Rows.GetColumnSchema());

    /// <inheritdoc/>
    public override Task<DataTable?> GetSchemaTableAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(GetSchemaTable());
    }

    /// <summary>
    /// Describes the columns of the current result. With <see cref="CommandBehavior.KeyInfo"/> also where they come from;
    /// that was asked of the catalog, on this connection, before the statement ran.
    /// </summary>
    public ReadOnlyCollection<DbColumn> GetColumnSchema() =>
        Origins is null ? ((IDbColumnSchemaGenerator)Rows).GetColumnSchema() : Origins.Describe(Rows.GetColumnSchema());

    /// <inheritdoc/>
    public override Task<ReadOnlyCollection<DbColumn>> GetColumnSchemaAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(GetColumnSchema());
    }

    /// <summary>
    /// The driver's reader, which the driver uses again for whoever gets the connection next: one that was closed, or
    /// whose lease has ended, must never be looked at.
    /// </summary>
    NpgsqlDataReader Rows => _closed || IsLeaseOver ? throw Closed() : _driver;

    /// <summary>Rows that a statement changed, of those that were read so far; the scope is not counted among them.</summary>
    internal ulong RowsChangedBy(int statement)
    {
        CheckLease();
        return _scope.Batch.BatchCommands[statement + 1].Rows;
    }

    /// <summary>Fails where the reader is closed or its lease has ended; for what was handed out to read on.</summary>
    internal void CheckLease() => _ = Rows;

    InvalidOperationException Closed() => _disposed
        ? new ObjectDisposedException(nameof(TenantDataReader))
        : new InvalidOperationException("The reader is closed.");

    bool IsLeaseOver => _connection.Lease != _lease;

    /// <summary>Ends the first result for good where only that was asked for; the rest is read at closing.</summary>
    bool BeginNextResult()
    {
        _ended |= (_behavior & CommandBehavior.SingleResult) != 0;
        return !_ended;
    }

    bool NextHere()
    {
        try
        {
            var next = Rows.NextResult();
            _atEnd = !next;
            _statements.TakeOutputs();
            return next;
        }
        catch (Exception e)
        {
            ScopedExecution.Observe(_connection, _scope, e);
            _scope.ThrowIfLimited(e);
            throw;
        }
    }

    static async Task<bool> AfterAsync(ValueTask left, Task<bool> read)
    {
        await left.ConfigureAwait(false);
        return await read.ConfigureAwait(false);
    }

    async Task<bool> ObserveReadAsync(Task<bool> reading) => Seen(await ObserveAsync(reading).ConfigureAwait(false));

    /// <summary>Waits for a row, and leaves: the same as <see cref="WorkAsync"/> around it, in one.</summary>
    async Task<bool> ReadAndLeaveAsync(Task<bool> reading)
    {
        try
        {
            return Seen(await reading.ConfigureAwait(false));
        }
        catch (Exception e)
        {
            ScopedExecution.Observe(_connection, _scope, e);
            _scope.ThrowIfLimited(e);
            throw;
        }
        finally
        {
            await LeaveAsync(async: true).ConfigureAwait(false);
        }
    }

    /// <summary>Notes what came of reading on.</summary>
    bool Seen(bool row)
    {
        _atEnd = !row;
        if (row)
            _rows++;
        return row;
    }

    async Task<bool> ObserveNextAsync(CancellationToken cancellationToken)
    {
        var next = await ObserveAsync(_driver.NextResultAsync(cancellationToken)).ConfigureAwait(false);
        _atEnd = !next;
        _statements.TakeOutputs();
        return next;
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
            _scope.ThrowIfLimited(e);
            throw;
        }
    }

    /// <summary>Ends the driver's reader, by whoever has it alone.</summary>
    async Task EndAsync(bool async)
    {
        AwaitLooking();
        try
        {
            if (!MayCancelRest && !await DrainCountedAsync(async).ConfigureAwait(false))
            {
                await CancelRestAsync(async).ConfigureAwait(false);
                throw _meter!.Error;
            }

            if (_atEnd || !MayCancelRest || await SkipRestAsync(async).ConfigureAwait(false))
                await EndDriverAsync(async).ConfigureAwait(false);
            else
                await CancelRestAsync(async).ConfigureAwait(false);
            _affected = _driver.RecordsAffected;
            _connection.CountRows(Math.Max(_rows, _affected), _meter?.Bytes ?? 0);
            if (Own is not null)
                await Own.EndAsync(async).ConfigureAwait(false);
            _connection.Acknowledge();
            _statements.Executing = null;
            _scope.Dispose();
        }
        catch (Exception e)
        {
            ScopedExecution.Observe(_connection, _scope, e);
            await OwnTransaction.AbandonAsync(Own, async).ConfigureAwait(false);
            _scope.ThrowIfLimited(e);
            throw;
        }
    }

    /// <summary>
    /// Rows that are read on and thrown away when a result is left; where more are left than that, the statement is
    /// cancelled. Cancelling costs a connection, reading costs what the rows weigh.
    /// </summary>
    const int MostSkipped = 256;

    /// <summary>
    /// Whether nothing is lost when the statement is cancelled: it only reads, and no transaction would end with it.
    /// </summary>
    bool MayCancelRest => _statements.OnlyReads && Own is null && _connection.CanReplace && !_driver.IsClosed;

    /// <summary>Reads on for a while; whether the end was reached.</summary>
    async Task<bool> SkipRestAsync(bool async)
    {
        try
        {
            for (var skipped = 0; skipped < MostSkipped; skipped++)
            {
                if (await StepAsync(async).ConfigureAwait(false) is not { } exceeded)
                    return true;
                if (exceeded)
                    return false;
            }

            return false;
        }
        catch
        {
            await EndDriverAsync(async).ConfigureAwait(false);
            throw;
        }
    }

    async Task CancelRestAsync(bool async)
    {
        try
        {
            // The driver asks for a cancellation on another connection, and waits for it.
            if (async)
                await Task.Run(_scope.Cancel).ConfigureAwait(false);
            else
                _scope.Cancel();
            await EndDriverAsync(async).ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.QueryCanceled)
        {
            // As asked; which may have been when the driver prepared the next statement.
            _scope.Suspect(e);
        }
    }

    async Task EndDriverAsync(bool async)
    {
        if (async)
            await _driver.DisposeAsync().ConfigureAwait(false);
        else
            _driver.Dispose();
    }
}
