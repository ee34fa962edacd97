using Npgsql;

namespace Tenancy.Differential.Generated;

/// <summary>Runs generated work on a data source, in a transaction that is rolled back, and writes down what it answers.</summary>
public static class QueryRun
{
    public static async Task<IReadOnlyList<string>> RunAsync(DbDataSource source, string[] statements, string key)
    {
        var transcript = new List<string>();
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        foreach (var statement in statements)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = statement.Replace(QueryGenerator.Key, key, StringComparison.Ordinal);
            command.Transaction = transaction;
            try
            {
                await using var reader = await command.ExecuteReaderAsync();
                var columns = Enumerable.Range(0, reader.FieldCount).ToArray();
                transcript.Add(string.Join(", ", columns.Select(i => $"{reader.GetName(i)} {reader.GetDataTypeName(i)}")));
                var rows = new List<string>();
                while (await reader.ReadAsync())
                    rows.Add(string.Join(" | ", columns.Select(i => Transcript.Text(reader.GetValue(i)))));
                // RETURNING has no order of its own.
                transcript.AddRange(statement.Contains(" order by ", StringComparison.Ordinal) || statement.StartsWith("fetch", StringComparison.Ordinal) ? rows : rows.Order(StringComparer.Ordinal));
                await reader.CloseAsync();
                transcript.Add($"{reader.RecordsAffected} affected");
            }
            catch (PostgresException e)
            {
                transcript.Add(Transcript.Text(e));
            }
        }

        return transcript;
    }

    /// <summary>Where two answers part; none where they are the same.</summary>
    public static string? Difference(IReadOnlyList<string> one, IReadOnlyList<string> other)
    {
        for (var i = 0; i < Math.Max(one.Count, other.Count); i++)
        {
            if (one.ElementAtOrDefault(i) != other.ElementAtOrDefault(i))
                return $"line {i}\n  one tenant's copy: {one.ElementAtOrDefault(i)}\n  tenant:            {other.ElementAtOrDefault(i)}";
        }

        return null;
    }
}
