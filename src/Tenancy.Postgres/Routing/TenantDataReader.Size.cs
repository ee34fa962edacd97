using System.Data;
using Npgsql;

namespace Tenancy;

// The size of the result, where the tier limits it. The driver has a whole row before it hands it out, so that is what is
// counted; a row that is streamed (SequentialAccess) is counted column by column, each before anything of it is read.
public sealed partial class TenantDataReader
{
    readonly ResultMeter? _meter;
    bool _isOnRow;

    bool IsStreamed => (_behavior & CommandBehavior.SequentialAccess) != 0;

    /// <summary>The driver's reader, once a column that is streamed was counted.</summary>
    NpgsqlDataReader RowsAt(int ordinal)
    {
        var rows = Rows;
        if (_meter is null || _atEnd || !IsStreamed || _meter.Has(rows, ordinal))
            return rows;
        _meter.AddTo(rows, ordinal);
        return _meter.IsExceeded ? throw RefuseAsync(async: false).GetAwaiter().GetResult() : rows;
    }

    async ValueTask<NpgsqlDataReader> RowsAtAsync(int ordinal, CancellationToken cancellationToken)
    {
        var rows = Rows;
        if (_meter is null || _atEnd || !IsStreamed || _meter.Has(rows, ordinal))
            return rows;
        await _meter.AddToAsync(rows, ordinal, cancellationToken).ConfigureAwait(false);
        return _meter.IsExceeded ? throw await RefuseAsync(async: true).ConfigureAwait(false) : rows;
    }

    int GetValuesInTurn(object[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var count = Math.Min(values.Length, FieldCount);
        for (var i = 0; i < count; i++)
            values[i] = GetValue(i);
        return count;
    }

    bool ReadCounted()
    {
        bool exceeded;
        try
        {
            exceeded = IsRestTooLarge();
            if (!exceeded)
            {
                Seen(Rows.Read());
                exceeded = !_atEnd && IsRowTooLarge();
            }
        }
        catch (Exception e)
        {
            ScopedExecution.Observe(_connection, _scope, e);
            _scope.ThrowIfLimited(e);
            throw;
        }

        return exceeded ? throw RefuseAsync(async: false).GetAwaiter().GetResult() : !_atEnd;
    }

    Task<bool> ReadCountedAsync(CancellationToken cancellationToken)
    {
        if (IsStreamed)
            return ReadStreamedAsync(cancellationToken);
        var read = Rows.ReadAsync(cancellationToken);
        if (!read.IsCompletedSuccessfully)
            return CountAsync(ObserveReadAsync(read));
        Seen(read.GetAwaiter().GetResult());
        return _atEnd || !IsRowTooLarge() ? read : RefuseReadAsync();
    }

    async Task<bool> ReadStreamedAsync(CancellationToken cancellationToken) =>
        await ObserveAsync(IsRestTooLargeAsync(cancellationToken)).ConfigureAwait(false)
            ? await RefuseReadAsync().ConfigureAwait(false)
            : await CountAsync(ObserveReadAsync(Rows.ReadAsync(cancellationToken))).ConfigureAwait(false);

    async Task<bool> CountAsync(Task<bool> reading) =>
        await reading.ConfigureAwait(false) && (!IsRowTooLarge() || await RefuseReadAsync().ConfigureAwait(false));

    async Task<bool> RefuseReadAsync() => throw await RefuseAsync(async: true).ConfigureAwait(false);

    /// <summary>Reads what is left of the result before the next one, so that it is counted.</summary>
    void LeaveResult()
    {
        while (!_atEnd && ReadCounted()) { }
        _isOnRow = false;
    }

    async Task<bool> NextCountedAsync(CancellationToken cancellationToken)
    {
        while (!_atEnd && await ReadCountedAsync(cancellationToken).ConfigureAwait(false)) { }
        _isOnRow = false;
        return await ObserveNextAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Counts the row that was just reached; one that is streamed, as its columns are.</summary>
    bool IsRowTooLarge()
    {
        _isOnRow = true;
        if (IsStreamed)
            _meter!.BeginRow(_driver.FieldCount);
        else
            _meter!.AddRow(_driver);
        return _meter.IsExceeded;
    }

    /// <summary>Counts what was not read of a row that is streamed, before the next one.</summary>
    bool IsRestTooLarge()
    {
        if (IsStreamed && _isOnRow && !_atEnd)
            _meter!.AddTo(Rows, _driver.FieldCount - 1);
        return _meter!.IsExceeded;
    }

    async Task<bool> IsRestTooLargeAsync(CancellationToken cancellationToken)
    {
        if (_isOnRow && !_atEnd)
            await _meter!.AddToAsync(Rows, _driver.FieldCount - 1, cancellationToken).ConfigureAwait(false);
        return _meter!.IsExceeded;
    }

    /// <summary>Goes on to the next row while the reader is closed. None where there is no other; else whether it is too much.</summary>
    async Task<bool?> StepAsync(bool async)
    {
        if (_meter is not null && IsStreamed && _isOnRow && !_atEnd)
        {
            if (async)
                await _meter.AddToAsync(_driver, _driver.FieldCount - 1, CancellationToken.None).ConfigureAwait(false);
            else
                _meter.AddTo(_driver, _driver.FieldCount - 1);
            if (_meter.IsExceeded)
                return true;
        }

        _atEnd = !(async ? await _driver.ReadAsync(CancellationToken.None).ConfigureAwait(false) : _driver.Read());
        return _atEnd ? null : _meter is not null && IsRowTooLarge();
    }

    /// <summary>Reads all that is left where it has to be read, and its size is limited. False where that is exceeded.</summary>
    async Task<bool> DrainCountedAsync(bool async)
    {
        if (_meter is null || _driver.IsClosed)
            return true;
        try
        {
            do
            {
                bool? exceeded;
                while ((exceeded = await StepAsync(async).ConfigureAwait(false)) == false) { }
                if (exceeded == true)
                    return false;
                _isOnRow = false;
            }
            while (async ? await _driver.NextResultAsync(CancellationToken.None).ConfigureAwait(false) : _driver.NextResult());
            return true;
        }
        catch
        {
            await EndDriverAsync(async).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Cancels the statement and closes the reader, and returns what to throw. The session is clean after it, or condemned.</summary>
    async Task<TenantResultTooLargeException> RefuseAsync(bool async)
    {
        if (Interlocked.Exchange(ref _closed, true))
            return _meter!.Error;
        try
        {
            await CancelRestAsync(async).ConfigureAwait(false);
            _connection.Acknowledge();
            _statements.Executing = null;
            _scope.Dispose();
        }
        catch (Exception e)
        {
            ScopedExecution.Observe(_connection, _scope, e);
        }
        finally
        {
            await OwnTransaction.AbandonAsync(Own, async).ConfigureAwait(false);
            await CloseConnectionLaterAsync(async).ConfigureAwait(false);
        }

        return _meter!.Error;
    }
}
