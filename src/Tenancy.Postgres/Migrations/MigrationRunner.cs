using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace Tenancy;

/// <summary>Brings the tables of a place up to the newest migration; each in a transaction of its own, so that a stop loses none.</summary>
internal sealed class MigrationRunner(
    IOptions<PostgresOptions> options, IHostEnvironment environment, IsolationStrategies strategies,
    IEnumerable<IMigrationSource> sources, ILogger<MigrationRunner> logger)
{
    readonly Lazy<IReadOnlyList<Migration>> _migrations = new(() => MigrationFolder.Merge(
        [MigrationFolder.Read(environment.ContentRootPath, options.Value.MigrationsDirectory), .. sources.Select(source => source.Read())]));

    /// <summary>The newest version there is.</summary>
    public int Latest => _migrations.Value.Count == 0 ? 0 : _migrations.Value[^1].Version;

    /// <summary>Applies what is missing, and returns the version reached.</summary>
    /// <exception cref="MigrationException">A migration failed, or differs from what was applied.</exception>
    public async Task<int> MigrateAsync(string server, string database, string schema, CancellationToken cancellationToken)
    {
        var connection = await strategies.Servers.Get(server).OpenMigratorAsync(database, cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var applied = await AppliedAsync(connection, schema, cancellationToken).ConfigureAwait(false);
            var from = applied.Count == 0 ? 0 : applied.Keys.Max();
            foreach (var migration in _migrations.Value)
            {
                if (!applied.TryGetValue(migration.Version, out var checksum))
                    await ApplyAsync(connection, schema, migration, cancellationToken).ConfigureAwait(false);
                else if (!checksum.AsSpan().SequenceEqual(migration.Checksum))
                    throw new MigrationException($"The migration {migration.Version:0000}_{migration.Name} was changed after it was applied to {database}.{schema}. Restore the file, and write a new migration.");
            }

            var reached = Math.Max(from, Latest);
            if (reached != from)
                Log.Migrated(logger, server, database, schema, from, reached);
            return reached;
        }
    }

    static async Task<Dictionary<int, byte[]>> AppliedAsync(
        NpgsqlConnection connection, string schema, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand("select version, checksum from tenancy.migrations where schema_name = $1", connection)
        {
            Parameters = { new() { Value = schema } },
        };
        var applied = new Dictionary<int, byte[]>();
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                applied.Add(reader.GetInt32(0), reader.GetFieldValue<byte[]>(1));
        }

        return applied;
    }

    static async Task ApplyAsync(
        NpgsqlConnection connection, string schema, Migration migration, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            try
            {
                // Claims the version first: another process at the same migration waits here, and then finds it done.
                if (!await ClaimAsync(connection, schema, migration, cancellationToken).ConfigureAwait(false))
                    return;
                await RunAsync(connection, schema, migration, cancellationToken).ConfigureAwait(false);
                await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (PostgresException e)
            {
                throw new MigrationException(
                    $"The migration {migration.Version:0000}_{migration.Name} failed in {connection.Database}.{schema}: {e.MessageText}" +
                    (e.Detail is null ? "" : $" ({e.Detail})") + (e.Hint is null ? "" : $" {e.Hint}"), e);
            }
        }
    }

    static async Task<bool> ClaimAsync(
        NpgsqlConnection connection, string schema, Migration migration, CancellationToken cancellationToken)
    {
        // In a database of many schemas, one migration at a time: they change the same system catalogs. By a table that no
        // tenant may touch, rather than an advisory lock, which any statement could take first.
        var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand("lock table tenancy.migrations in share row exclusive mode"),
                new NpgsqlBatchCommand("insert into tenancy.migrations (schema_name, version, name, checksum) values ($1, $2, $3, $4) on conflict do nothing")
                {
                    Parameters =
                    {
                        new() { Value = schema }, new() { Value = migration.Version },
                        new() { Value = migration.Name }, new() { Value = migration.Checksum },
                    },
                },
            },
        };
        await using (batch.ConfigureAwait(false))
        {
            await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            return batch.BatchCommands[1].RecordsAffected == 1;
        }
    }

    static async Task RunAsync(
        NpgsqlConnection connection, string schema, Migration migration, CancellationToken cancellationToken)
    {
        using (var path = new NpgsqlCommand("select set_config('search_path', $1, true)", connection))
        {
            path.Parameters.Add(new() { Value = $"{SqlIdentifier.Quote(schema)}, extensions, pg_temp", NpgsqlDbType = NpgsqlDbType.Text });
            await path.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }

        // As one code block, so that the server and not the driver finds where each statement of the file ends. Its objects
        // then go to the owner: the migrator bypasses row security, and so would a function that it owned.
        var body = SqlIdentifier.Literal(migration.Sql);
        using var run = new NpgsqlCommand($"do {SqlIdentifier.Literal($"begin execute {body}; end")}", connection) { CommandTimeout = 0 };
        await run.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        using var reassign = new NpgsqlCommand($"reassign owned by current_user to {PostgresRoles.QuotedOwner}", connection) { CommandTimeout = 0 };
        await reassign.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
