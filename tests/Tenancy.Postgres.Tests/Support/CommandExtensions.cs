using System.Data.Common;
using Npgsql;

namespace Tenancy.Postgres.Tests;

static class CommandExtensions
{
    /// <summary>A command with positional parameters.</summary>
    public static TenantCommand Command(this TenantConnection connection, string sql, params object?[] values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        return command;
    }

    public static async Task<object?> ScalarAsync(this TenantConnection connection, string sql, params object?[] values)
    {
        await using var command = connection.Command(sql, values);
        return await command.ExecuteScalarAsync();
    }

    public static TenantBatch Batch(this TenantConnection connection, params string[] statements)
    {
        var batch = connection.CreateBatch();
        foreach (var statement in statements)
            batch.BatchCommands.Add(statement);
        return batch;
    }

    /// <summary>Executes as the caller of an ordinary provider would, on either path.</summary>
    public static async Task<DbDataReader> ReaderAsync(this DbCommand command, bool async, System.Data.CommandBehavior behavior = default) =>
        async ? await command.ExecuteReaderAsync(behavior) : command.ExecuteReader(behavior);

    public static async Task<bool> ReadAsync(this DbDataReader reader, bool async) => async ? await reader.ReadAsync() : reader.Read();

    public static async Task<bool> NextAsync(this DbDataReader reader, bool async) =>
        async ? await reader.NextResultAsync() : reader.NextResult();

    public static async Task EndAsync(this DbDataReader reader, bool async)
    {
        if (async)
            await reader.DisposeAsync();
        else
            reader.Dispose();
    }
}
