using Npgsql;

namespace Inbox.Scans.Queue;

/// <summary>Makes the queue's table in the catalog's database, as its administrator; harmless when run again.</summary>
static class ScanQueueInstaller
{
    /// <param name="catalog">The catalog's connection string: it names the database, and the login that uses the queue.</param>
    /// <param name="administrator">A superuser's connection string to the catalog's server; used here, kept nowhere.</param>
    /// <param name="stop">Ends it.</param>
    public static async Task InstallAsync(string catalog, string administrator, CancellationToken stop)
    {
        var target = new NpgsqlConnectionStringBuilder(catalog);
        await using var source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(administrator) { Database = target.Database, Pooling = false });
        await using var connection = await source.OpenConnectionAsync(stop);
        await using var transaction = await connection.BeginTransactionAsync(stop);
        using var quoting = new NpgsqlCommandBuilder();
        await using var command = connection.CreateCommand();
        command.CommandText = (await ReadAsync(stop)).Replace("{catalog}", quoting.QuoteIdentifier(target.Username!), StringComparison.Ordinal);
        await command.ExecuteNonQueryAsync(stop);
        await transaction.CommitAsync(stop);
    }

    static async Task<string> ReadAsync(CancellationToken stop)
    {
        await using var stream = typeof(ScanQueueInstaller).Assembly.GetManifestResourceStream("queue.sql")!;
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(stop);
    }
}
