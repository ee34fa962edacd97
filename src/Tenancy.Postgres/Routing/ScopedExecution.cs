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
            var scope = Prepare(connection, statements);
            NpgsqlDataReader? reader = null;
            OwnTransaction? own = null;
            try
            {
                if (statements.CallsProcedure)
                    own = await OwnTransaction.BeginAsync(connection, commits: true, async, cancellationToken).ConfigureAwait(false);
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
                return new TenantDataReader(connection, statements, scope, reader, behavior) { Own = own, Origins = origins };
            }
            catch (Exception e)
            {
                await CloseQuietlyAsync(reader, async).ConfigureAwait(false);
                await OwnTransaction.AbandonAsync(own, async).ConfigureAwait(false);
                if (await RecoverAsync(connection, statements, scope, e, tries, async, cancellationToken).ConfigureAwait(false))
                    continue;
                if ((behavior & CommandBehavior.CloseConnection) != 0)
                    await CloseAsync(connection, async).ConfigureAwait(false);
                scope.ThrowIfTimedOut(e);
                throw;
            }
        }
    }

    /// <summary>Sends the statements and returns how many rows they changed; -1 where none could.</summary>
    public static async Task<int> ExecuteAsync(
        TenantConnection connection, IScopedStatements statements, bool async, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var scope = Prepare(connection, statements);
            OwnTransaction? own = null;
            try
            {
                if (statements.CallsProcedure)
                    own = await OwnTransaction.BeginAsync(connection, commits: true, async, cancellationToken).ConfigureAwait(false);
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
                return rows;
            }
            catch (Exception e)
            {
                await OwnTransaction.AbandonAsync(own, async).ConfigureAwait(false);
                if (await RecoverAsync(connection, statements, scope, e, tries, async, cancellationToken).ConfigureAwait(false))
                    continue;
                scope.ThrowIfTimedOut(e);
                throw;
            }
        }
    }

    /// <summary>The first column of the first row of the first result, or none.</summary>
    public static async Task<object?> ScalarAsync(
        TenantConnection connection, IScopedStatements statements, bool async, CancellationToken cancellationToken)
    {
        var reader = await ReadAsync(connection, statements, CommandBehavior.SingleRow, async, cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            if (async)
                return await reader.ReadAsync(cancellationToken).ConfigureAwait(false) ? First(reader) : null;
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
        if (error is PostgresException)
            scope.Suspect();
        if (connection.ReasonToMove(error) is not null || scope.IsRefusalOfScope(error) || ScopedBatch.IsStalePlan(error) || !IsOrdinary(error))
            connection.Condemn();
    }

    static bool IsOrdinary(Exception error) => error is PostgresException
        // Cancelled by token or timeout: the driver has read the server's answer, or broken the connection itself.
        or OperationCanceledException or NpgsqlException { InnerException: TimeoutException }
        // Misuse, found before anything was sent.
        or NpgsqlOperationInProgressException;

    static ScopedBatch Prepare(TenantConnection connection, IScopedStatements statements)
    {
        var inner = connection.CheckedInner();
        statements.Check(connection);
        if (connection.HasFullStorage && statements.Grows)
            throw connection.RefuseGrowth();
        var scope = new ScopedBatch(inner, connection, statements.Timeout);
        statements.AddTo(scope, connection.Route);
        scope.Bound();
        statements.Executing = scope;
        return scope;
    }

    /// <summary>
    /// Where it is certain that nothing of ours took effect, the session is destroyed and the statements go once more, on
    /// another, which may be no better: it brought something along, it had ended before the scope was reached, or a table had
    /// changed under a prepared statement. Any other error stays one.
    /// </summary>
    static async Task<bool> RecoverAsync(
        TenantConnection connection, IScopedStatements statements, ScopedBatch scope, Exception error, int tries,
        bool async, CancellationToken cancellationToken)
    {
        statements.Executing = null;
        var moving = connection.ReasonToMove(error);
        Observe(connection, scope, error);
        // What was moved once and is misplaced again has no place yet.
        if (tries == (moving is null ? MostTries : 2) || (moving ?? scope.ReasonToRepeat(error)) is not { } reason || !connection.CanReplace)
            return false;
        await connection.ReplaceAsync(reason, async, cancellationToken).ConfigureAwait(false);
        return true;
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
        var own = await OwnTransaction.BeginAsync(connection, commits: false, async, cancellationToken).ConfigureAwait(false);
        var scope = Prepare(connection, statements);
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
            scope.ThrowIfTimedOut(e);
            throw;
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
