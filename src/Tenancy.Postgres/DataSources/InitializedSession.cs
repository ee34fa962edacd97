using Npgsql;

namespace Tenancy;

/// <summary>What a physical connection initializer of the host's must leave as it was.</summary>
internal static class InitializedSession
{
    const string Query =
        """
        select 'acts as another role than its login', 'reset role' where current_user <> session_user
        union all select 'sets search_path', 'reset search_path' where current_setting('search_path') <> $1
        union all select 'turns row_security off', 'reset row_security' where current_setting('row_security') <> 'on'
        union all select 'leaves a tenant in scope', 'reset tenancy.tenant' where current_setting('tenancy.tenant', true) <> ''
        union all select 'leaves prepared statements', 'deallocate all' where exists (select from pg_prepared_statements where from_sql)
        union all select 'listens to channels', 'unlisten *' where exists (select from pg_listening_channels())
        union all select 'leaves cursors', 'close all' where exists (select from pg_cursors where is_holdable)
        """;

    /// <summary>Looks at a session that was just opened.</summary>
    public static async Task<IReadOnlyList<ProofFinding>> FindAsync(
        NpgsqlConnection connection, string searchPath, bool async, CancellationToken cancellationToken)
    {
        var findings = new List<ProofFinding>();
        using var command = new NpgsqlCommand(Query, connection) { Parameters = { new() { Value = searchPath } } };
        if (async)
        {
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                    findings.Add(Finding(reader));
            }
        }
        else
        {
            using var reader = command.ExecuteReader();
            while (reader.Read())
                findings.Add(Finding(reader));
        }

        return findings;
    }

    static ProofFinding Finding(NpgsqlDataReader reader) => new(
        "session-initializer", IsFatal: true, $"A new session {reader.GetString(0)}. A hook of ConfigureDataSource does that.",
        $"{reader.GetString(1)}; -- at the end of UsePhysicalConnectionInitializer, or remove there what does it");
}
