using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace Tenancy;

/// <summary>
/// Connections of the catalog's for what is written and read of usage: one at a time, so that the catalog itself always
/// has another.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore has no wait handle to dispose of.")]
internal sealed class UsageConnections(PostgresTenantCatalog catalog)
{
    readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Runs one statement and reads its rows.</summary>
    public async Task<List<T>> ReadAsync<T>(
        string statement, Action<NpgsqlParameterCollection> add, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            using var command = catalog.Source.CreateCommand(statement);
            add(command.Parameters);
            var rows = new List<T>();
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                    rows.Add(read(reader));
            }

            return rows;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Runs one statement whose only row is a truth.</summary>
    public async Task<bool> AskAsync(string statement, Action<NpgsqlParameterCollection> add, CancellationToken cancellationToken) =>
        (await ReadAsync(statement, add, static row => row.GetBoolean(0), cancellationToken).ConfigureAwait(false))[0];

    /// <summary>Whether it falls to this process to do what one of all does once in a while.</summary>
    public Task<bool> ClaimAsync(string task, TimeSpan every, CancellationToken cancellationToken) => AskAsync(
        "select tenancy_usage.claim($1, $2)", parameters =>
        {
            parameters.AddTyped(task);
            parameters.AddTyped(every);
        }, cancellationToken);
}

internal static class UsageParameters
{
    public static void AddTyped<T>(this NpgsqlParameterCollection parameters, T value) =>
        parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
}
