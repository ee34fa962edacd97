namespace Tenancy.Differential;

/// <summary>What a case works with: a connection, and helpers that take the synchronous or the asynchronous way.</summary>
public sealed class Session(DbConnection connection, DbDataSource source, bool async, Flaw flaw = Flaw.None)
{
    public DbConnection Connection { get; } = connection;

    /// <summary>Where another connection to the same data comes from.</summary>
    public DbDataSource Source { get; } = source;

    public bool Async { get; } = async;

    public Transcript Transcript { get; } = new();

    public void Note(string label, object? value) => Transcript.Add(label, flaw switch
    {
        Flaw.ForgetsNull when value is DBNull => null,
        Flaw.WidensIntegers when value is int number => (long)number,
        _ => value,
    });

    /// <summary>A command with positional parameters.</summary>
    public DbCommand Command(string sql, params object?[] values) => With(Connection.CreateCommand(), sql, values);

    public static DbCommand With(DbCommand command, string sql, params object?[] values)
    {
        command.CommandText = sql;
        foreach (var value in values)
            command.Parameters.Add(Parameter(command, null, value));
        return command;
    }

    /// <summary>A command with named parameters.</summary>
    public DbCommand Named(string sql, params (string Name, object? Value)[] values)
    {
        var command = Command(sql);
        foreach (var (name, value) in values)
            command.Parameters.Add(Parameter(command, name, value));
        return command;
    }

    public static DbParameter Parameter(DbCommand command, string? name, object? value)
    {
        var parameter = command.CreateParameter();
        if (name is not null)
            parameter.ParameterName = name;
        parameter.Value = value ?? DBNull.Value;
        return parameter;
    }

    public DbBatch Batch(params string[] statements)
    {
        var batch = Connection.CreateBatch();
        foreach (var statement in statements)
        {
            var command = batch.CreateBatchCommand();
            command.CommandText = statement;
            batch.BatchCommands.Add(command);
        }

        return batch;
    }

    public async Task<DbDataReader> ReaderAsync(DbCommand command, CommandBehavior behavior = default) =>
        Async ? await command.ExecuteReaderAsync(behavior) : command.ExecuteReader(behavior);

    public async Task<DbDataReader> ReaderAsync(DbBatch batch, CommandBehavior behavior = default) =>
        Async ? await batch.ExecuteReaderAsync(behavior) : batch.ExecuteReader(behavior);

    public async Task<object?> ScalarAsync(DbCommand command) => Async ? await command.ExecuteScalarAsync() : command.ExecuteScalar();

    public Task<object?> ScalarAsync(string sql, params object?[] values) => ScalarAsync(Command(sql, values));

    public async Task<int> ExecuteAsync(DbCommand command)
    {
        var rows = Async ? await command.ExecuteNonQueryAsync() : command.ExecuteNonQuery();
        return flaw == Flaw.CountsTheScope ? rows + 1 : rows;
    }

    public Task<int> ExecuteAsync(string sql, params object?[] values) => ExecuteAsync(Command(sql, values));

    public async Task<bool> ReadAsync(DbDataReader reader) => Async ? await reader.ReadAsync() : reader.Read();

    public async Task<bool> NextAsync(DbDataReader reader) => Async ? await reader.NextResultAsync() : reader.NextResult();

    public async Task EndAsync(DbDataReader reader)
    {
        if (Async)
            await reader.DisposeAsync();
        else
            reader.Dispose();
    }

    public async Task<DbTransaction> BeginAsync(IsolationLevel level = IsolationLevel.Unspecified) =>
        Async ? await Connection.BeginTransactionAsync(level) : Connection.BeginTransaction(level);

    public async Task CommitAsync(DbTransaction transaction)
    {
        if (Async)
            await transaction.CommitAsync();
        else
            transaction.Commit();
    }

    public async Task RollbackAsync(DbTransaction transaction)
    {
        if (Async)
            await transaction.RollbackAsync();
        else
            transaction.Rollback();
    }

    /// <summary>Notes what a step answers, or the error it ends in.</summary>
    public async Task TryAsync(string label, Func<Task<object?>> step)
    {
        try
        {
            Note(label, await step());
        }
        catch (Exception e) when (e is not Xunit.Sdk.XunitException)
        {
            Note(label, flaw == Flaw.SwallowsErrors ? null : e);
        }
    }

    public Task TryAsync(string label, Func<Task> step) => TryAsync(label, async () =>
    {
        await step();
        return "done";
    });

    public Task TryAsync(string label, Func<object?> step) => TryAsync(label, () => Task.FromResult(step()));

    /// <summary>Notes that a step went through, or the error it ends in.</summary>
    public Task DoAsync(string label, Action step) => TryAsync(label, () =>
    {
        step();
        return (object?)"done";
    });

    /// <summary>Notes everything that a reader shows, to its end.</summary>
    public async Task AllAsync(DbDataReader reader)
    {
        do
        {
            Note("fields", reader.FieldCount);
            Note("visible", reader.VisibleFieldCount);
            Note("has rows", reader.HasRows);
            Note("depth", reader.Depth);
            for (var i = 0; i < reader.FieldCount; i++)
                Note($"field {i}", $"{reader.GetName(i)} {reader.GetDataTypeName(i)} {reader.GetFieldType(i).FullName}");
            var rows = new List<string>();
            while (await ReadAsync(reader))
                rows.Add(string.Join(" | ", Enumerable.Range(0, reader.FieldCount).Select(i => Transcript.Text(reader.GetValue(i)))));
            foreach (var row in flaw == Flaw.LosesTheLastRow ? rows.SkipLast(1) : rows)
                Note("row", row);
        }
        while (await NextAsync(reader));
        await EndAsync(reader);
        Note("closed", reader.IsClosed);
        Note("affected", reader.RecordsAffected);
    }

    public async Task AllAsync(string sql, params object?[] values) => await AllAsync(await ReaderAsync(Command(sql, values)));
}
