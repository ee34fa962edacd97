using System.Data;
using Npgsql;

namespace Tenancy;

/// <summary>Sends statements behind the tenant's scope, for commands and batches alike.</summary>
internal static class ScopedExecution
{
    /// <summary>What we answer for ourselves: a single result, whose connection is closed, and what is known of columns.</summary>
    const CommandBehavior Ours =
        CommandBehavior.SingleResult | CommandBehavior.CloseConnection | CommandBehavior.SchemaOnly | CommandBehavior.KeyInfo;

    /// <summary>Whoever leaves something in one session may have left it in more.</summary>
    const int MostTries = 4;

    /// <summary>Sends the statements, in one message with the scope, and returns a reader on their first result.</summary>
    public static async Task<TenantDataReader> ReadAsync(
        TenantConnection connection, IScopedStatements statements, CommandBehavior behavior, bool async, CancellationToken cancellationToken)
    {
        var origins = (behavior & CommandBehavior.KeyInfo) != 0
            ? await ColumnOrigins.ReadAsync(connection, statements, async, cancellationToken).ConfigureAwait(false)
            : null;
        if ((behavior & CommandBehavior.SchemaOnly) != 0)
            return await DescribeAsync(connection, statements, behavior, origins, async, cancellationToken).ConfigureAwait(false);

        for (var tries = 1; ; tries++)
        {
            OwnTransaction? own;
            Presence work;
            try
            {
                (own, work) = await BeginAsync(connection, statements, async, cancellationToken).ConfigureAwait(false);
            }
            catch (TenantConcurrencyException) when ((behavior & CommandBehavior.CloseConnection) != 0)
            {
                await CloseAsync(connection, async).ConfigureAwait(false);
                throw;
            }

            var scope = await PrepareAsync(connection, statements, own, work, async).ConfigureAwait(false);
            NpgsqlDataReader? reader = null;
            try
            {
                // The first result is the scope's own.
                if (async)
                {
                    reader = await scope.Batch.ExecuteReaderAsync(behavior & ~Ours, cancellationToken).ConfigureAwait(false);
                    await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
                }
                else
                {
                    reader = scope.Batch.ExecuteReader(behavior & ~Ours);
                    reader.NextResult();
                }

                statements.TakeOutputs();
                var rows = new TenantDataReader(connection, statements, scope, reader, behavior) { Own = own, Origins = origins };
                await work.LeaveAsync(async).ConfigureAwait(false);
                return rows;
            }
            catch (Exception e)
            {
                var failure = await EndFailedAsync(connection, statements, scope, reader, own, work, e, tries, async).ConfigureAwait(false);
                if (failure.Reason is { } reason)
                {
                    await connection.DoAgainAsync(failure.Transaction, work, reason, async, cancellationToken).ConfigureAwait(false);
                    continue;
                }

                if ((behavior & CommandBehavior.CloseConnection) != 0 && connection.Lease == scope.Lease)
                    await CloseAsync(connection, async).ConfigureAwait(false);
                scope.ThrowIfLimited(e);
                throw;
            }
        }
    }

    /// <summary>Sends the statements and returns how many rows they changed; -1 where none could.</summary>
    public static async Task<int> ExecuteAsync(
        TenantConnection connection, IScopedStatements statements, bool async, CancellationToken cancellationToken)
    {
        if (connection.IsResultLimited)
            return await ExecuteCountedAsync(connection, statements, async, cancellationToken).ConfigureAwait(false);
        for (var tries = 1; ; tries++)
        {
            var (own, work) = await BeginAsync(connection, statements, async, cancellationToken).ConfigureAwait(false);
            var scope = await PrepareAsync(connection, statements, own, work, async).ConfigureAwait(false);
            try
            {
                var rows = async
                    ? await scope.Batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false)
                    : scope.Batch.ExecuteNonQuery();
                statements.TakeOutputs();
                statements.Executing = null;
                if (own is not null)
                    await own.EndAsync(async).ConfigureAwait(false);
                connection.Acknowledge();
                connection.CountRows(rows);
                scope.Dispose();
                await work.LeaveAsync(async).ConfigureAwait(false);
                return rows;
            }
            catch (Exception e)
            {
                var failure = await EndFailedAsync(connection, statements, scope, null, own, work, e, tries, async).ConfigureAwait(false);
                if (failure.Reason is { } reason)
                {
                    await connection.DoAgainAsync(failure.Transaction, work, reason, async, cancellationToken).ConfigureAwait(false);
                    continue;
                }

                scope.ThrowIfLimited(e);
                throw;
            }
        }
    }

    /// <summary>The same where the size of results is limited, also of those that nobody looks at.</summary>
    static async Task<int> ExecuteCountedAsync(
        TenantConnection connection, IScopedStatements statements, bool async, CancellationToken cancellationToken)
    {
        var reader = await ReadAsync(connection, statements, CommandBehavior.Default, async, cancellationToken).ConfigureAwait(false);
        try
        {
            if (async)
                while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false)) { }
            else
                while (reader.NextResult()) { }
        }
        finally
        {
            if (async)
                await reader.CloseAsync().ConfigureAwait(false);
            else
                reader.Close();
        }

        return reader.RecordsAffected;
    }

    /// <summary>The first column of the first row of the first result, or none.</summary>
    public static async Task<object?> ScalarAsync(
        TenantConnection connection, IScopedStatements statements, bool async, CancellationToken cancellationToken)
    {
        // A value that is too large is refused before the driver has all of it.
        var behavior = connection.IsResultLimited ? CommandBehavior.SingleRow | CommandBehavior.SequentialAccess : CommandBehavior.SingleRow;
        var reader = await ReadAsync(connection, statements, behavior, async, cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            if (async)
            {
                if (!await reader.ReadAsync(cancellationToken).ConfigureAwait(false) || reader.FieldCount == 0)
                    return null;
                // A value that is streamed may not all be here.
                return (behavior & CommandBehavior.SequentialAccess) == 0
                    ? reader.GetValue(0)
                    : await reader.GetFieldValueAsync<object>(0, cancellationToken).ConfigureAwait(false);
            }

            var value = reader.Read() ? First(reader) : null;
            // Closed here, so that disposing above has nothing left to wait for.
            reader.Close();
            return value;
        }

        static object? First(TenantDataReader reader) => reader.FieldCount > 0 ? reader.GetValue(0) : null;
    }

    /// <summary>Condemns the connection on anything that is not an ordinary answer of the server's to the statement.</summary>
    public static void Observe(TenantConnection connection, ScopedBatch scope, Exception error)
    {
        if (!scope.IsBehindScope(error))
            scope.Unattest();
        // A cancellation too is an error of the server's, which may have come while the driver prepared the statement.
        scope.Suspect(error);
        if (TenantConcurrencyException.Is(error))
            connection.Route.Share.SlotsWereShort(connection.Route.Pool.Budget.Time);
        if (connection.ReasonToMove(error) is not null || scope.IsRefusalOfScope(error) || ScopedBatch.IsStalePlan(error) || !IsOrdinary(error))
            connection.Condemn(scope.Tenure);
    }

    static bool IsOrdinary(Exception error) => error is PostgresException
        // Cancelled by token or timeout: the driver has read the server's answer, or broken the connection itself.
        or OperationCanceledException or NpgsqlException { InnerException: TimeoutException }
        // Cancelled by us, and read to the end.
        or TenantResultTooLargeException
        // Misuse, found before anything was sent.
        or NpgsqlOperationInProgressException;

    /// <summary>
    /// Begins to work, in a transaction of ours where the statements need one: for a procedure, or to hold the slot that
    /// others are waiting for.
    /// </summary>
    static ValueTask<(OwnTransaction? Own, Presence Work)> BeginAsync(
        TenantConnection connection, IScopedStatements statements, bool async, CancellationToken cancellationToken)
    {
        // Before anything is begun: what is refused must leave nothing open.
        _ = connection.CheckedInner();
        statements.Check(connection);
        if (connection.HasFullStorage && statements.Grows)
            throw connection.RefuseGrowth();
        return statements.CallsProcedure || connection.AreSlotsShort
            ? new(OwnTransaction.BeginAsync(connection, commits: true, async, cancellationToken))
            : new((null, connection.Work()));
    }

    /// <summary>Makes the message, of statements that were checked, and ends their own transaction where that fails.</summary>
    static async ValueTask<ScopedBatch> PrepareAsync(
        TenantConnection connection, IScopedStatements statements, OwnTransaction? own, Presence work, bool async)
    {
        try
        {
            return Prepare(connection, statements, work);
        }
        catch
        {
            await OwnTransaction.AbandonAsync(own, async).ConfigureAwait(false);
            await work.LeaveAsync(async).ConfigureAwait(false);
            throw;
        }
    }

    static ScopedBatch Prepare(TenantConnection connection, IScopedStatements statements, Presence work)
    {
        var scope = new ScopedBatch(connection, work, statements.Timeout);
        statements.AddTo(scope, connection.Route);
        scope.Bound();
        statements.Executing = scope;
        return scope;
    }

    /// <summary>
    /// Ends an execution that failed. Where it is certain that nothing of ours took effect there is a reason to send the
    /// statements once more, on another session, which may be no better: it brought something along, it had ended before the
    /// scope was reached, or a table had changed under a prepared statement. Any other error stays one.
    /// </summary>
    /// <remarks>
    /// All that is noted and decided is so while one is at work: then the session may be somebody else's. Where there is a
    /// reason, one still is.
    /// </remarks>
    static async Task<(string? Reason, TenantTransaction? Transaction)> EndFailedAsync(
        TenantConnection connection, IScopedStatements statements, ScopedBatch scope, NpgsqlDataReader? reader, OwnTransaction? own, Presence work,
        Exception error, int tries, bool async)
    {
        try
        {
            await CloseQuietlyAsync(reader, async).ConfigureAwait(false);
            await OwnTransaction.AbandonAsync(own, async).ConfigureAwait(false);
            statements.Executing = null;
            var moving = connection.ReasonToMove(error);
            Observe(connection, scope, error);
            // What was moved once and is misplaced again has no place yet.
            var reason = tries == (moving is null ? MostTries : 2) ? null : moving ?? scope.ReasonToRepeat(error);
            if (reason is not null && connection.CanDoAgain && scope.TryRewind())
                return (reason, connection.Transaction);
        }
        catch
        {
            await work.LeaveAsync(async).ConfigureAwait(false);
            throw;
        }

        await work.LeaveAsync(async).ConfigureAwait(false);
        return default;
    }

    /// <summary>
    /// A statement that is only described is not executed, and neither would its scope be. So the scope is executed first,
    /// in the transaction there is, or one that ends with the reader.
    /// </summary>
    internal static async Task<TenantDataReader> DescribeAsync(
        TenantConnection connection, IScopedStatements statements, CommandBehavior behavior, ColumnOrigins? origins,
        bool async, CancellationToken cancellationToken)
    {
        // Before anything is begun: what is refused must leave nothing open.
        _ = connection.CheckedInner();
        statements.Check(connection);
        var (own, work) = await OwnTransaction.BeginAsync(connection, commits: false, async, cancellationToken).ConfigureAwait(false);
        var scope = await PrepareAsync(connection, statements, own, work, async).ConfigureAwait(false);
        try
        {
            NpgsqlDataReader reader;
            if (async)
            {
                await scope.SplitScope().ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
                reader = await scope.Batch.ExecuteReaderAsync(behavior & ~Ours | CommandBehavior.SchemaOnly, cancellationToken)
                    .ConfigureAwait(false);
            }
            else
            {
                scope.SplitScope().ExecuteNonQuery();
                reader = scope.Batch.ExecuteReader(behavior & ~Ours | CommandBehavior.SchemaOnly);
            }

            return new TenantDataReader(connection, statements, scope, reader, behavior) { Own = own, Origins = origins };
        }
        catch (Exception e)
        {
            statements.Executing = null;
            Observe(connection, scope, e);
            await OwnTransaction.AbandonAsync(own, async).ConfigureAwait(false);
            scope.ThrowIfLimited(e);
            throw;
        }
        finally
        {
            await work.LeaveAsync(async).ConfigureAwait(false);
        }
    }

    static Task CloseAsync(TenantConnection connection, bool async)
    {
        if (async)
            return connection.CloseAsync();
        connection.Close();
        return Task.CompletedTask;
    }

    static async Task CloseQuietlyAsync(NpgsqlDataReader? reader, bool async)
    {
        if (reader is null)
            return;
        try
        {
            if (async)
                await reader.DisposeAsync().ConfigureAwait(false);
            else
                reader.Dispose();
        }
        catch (NpgsqlException)
        {
            // The statement's own error is on its way to the caller.
        }
    }
}
