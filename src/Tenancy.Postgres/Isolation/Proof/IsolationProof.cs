using Npgsql;

namespace Tenancy;

/// <summary>Proves on a live connection of the serving login that a database holds the level that is configured for it.</summary>
internal static class IsolationProof
{
    static readonly string Catalogs = SqlScript.Load("proof.sql");

    /// <summary>Looks the database up in the system catalogs, then attacks it.</summary>
    /// <param name="connection">An open connection of the serving login, outside a transaction.</param>
    /// <param name="tenant">A tenant that may enter there; its own where the database is one tenant's.</param>
    /// <param name="settings">What it is to hold, and whose it is.</param>
    /// <param name="async">Whether to await the driver; otherwise the task returned is complete.</param>
    /// <param name="cancellationToken">Ends the proof; no connection is handed out then.</param>
    public static async Task<IReadOnlyList<ProofFinding>> RunAsync(
        NpgsqlConnection connection, TenantId tenant, PoolSettings settings, bool async, CancellationToken cancellationToken)
    {
        var findings = new List<ProofFinding>();
        if (!await IsInstalledAsync(connection, settings, findings, async, cancellationToken).ConfigureAwait(false))
            return findings;

        // In a transaction, so that nothing of it stays in the session. Names of the application's objects come out
        // qualified then, and a remedy can be run from anywhere.
        var transaction = async ? await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false) : connection.BeginTransaction();
        if (settings.IsPooled)
            await RunAsync(connection, "select tenancy.attest_pooled(tenancy.role_settings())", async, cancellationToken).ConfigureAwait(false);
        await RunAsync(connection, "set local search_path = pg_catalog, pg_temp", async, cancellationToken).ConfigureAwait(false);
        using (var command = new NpgsqlCommand(Catalogs, connection))
        {
            var reader = async
                ? await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false)
                : command.ExecuteReader();
            await using (reader.ConfigureAwait(false))
            {
                while (async ? await reader.ReadAsync(cancellationToken).ConfigureAwait(false) : reader.Read())
                {
                    var code = reader.GetString(0);
                    findings.Add(new ProofFinding(
                        code, reader.GetString(1) == "fatal" && IsFatalAt(settings.Level, code), reader.GetString(2), reader.GetString(3)));
                }
            }
        }

        if (async)
            await transaction.RollbackAsync(cancellationToken).ConfigureAwait(false);
        else
            transaction.Rollback();
        // At Filter nothing is demanded, and nobody is told that it would hold.
        if (settings.Level != ProtectionLevel.Filter)
            findings.AddRange(await IsolationAttacks.TryAsync(connection, tenant, settings, async, cancellationToken).ConfigureAwait(false));
        return findings;
    }

    /// <summary>
    /// A signed scope holds whatever a statement may call. What the server's own functions do beside that is logged, and the reset
    /// between leases kept: where they cannot be revoked, nobody could mend it.
    /// </summary>
    static bool IsFatalAt(ProtectionLevel level, string code) => level switch
    {
        ProtectionLevel.Filter => false,
        ProtectionLevel.Signed => code != "function-fatal",
        _ => true,
    };

    /// <summary>Whether the scope may limit temporary files, which no isolation depends on.</summary>
    public static async Task<bool> LimitsFilesAsync(NpgsqlConnection connection, bool async, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand("select tenancy.limits_files()", connection);
        return (bool)(async ? await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) : command.ExecuteScalar())!;
    }

    static async Task RunAsync(NpgsqlConnection connection, string statement, bool async, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand(statement, connection);
        _ = async ? await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) : command.ExecuteNonQuery();
    }

    static async Task<bool> IsInstalledAsync(
        NpgsqlConnection connection, PoolSettings settings, List<ProofFinding> findings, bool async, CancellationToken cancellationToken)
    {
        var remedy = $"Install the tenancy schema again, with IPostgresInstaller.{(settings.Identity is null ? "InstallAsync" : "InstallTenantDatabasesAsync")}.";
        using var command = new NpgsqlCommand("select tenancy.version(), tenancy.identity(), tenancy.level()", connection);
        try
        {
            var reader = async
                ? await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false)
                : command.ExecuteReader();
            await using (reader.ConfigureAwait(false))
            {
                _ = async ? await reader.ReadAsync(cancellationToken).ConfigureAwait(false) : reader.Read();
                var version = reader.GetInt32(0);
                var owner = reader.IsDBNull(1) ? default(Guid?) : reader.GetGuid(1);
                if (version != SqlScript.TenancyVersion)
                {
                    findings.Add(new ProofFinding("tenancy-version", true,
                        $"The tenancy schema has version {version}; this library needs {SqlScript.TenancyVersion}.", remedy));
                }

                var level = reader.GetString(2);
                if (level != LevelScript.NameOf(settings.Level))
                {
                    findings.Add(new ProofFinding("tenancy-level", true,
                        $"The database is installed at level '{level}', and configured as '{LevelScript.NameOf(settings.Level)}'.", remedy));
                }

                if (owner != settings.Identity?.Value)
                {
                    findings.Add(new ProofFinding("tenancy-identity", true, settings.Identity is null
                        ? "The database belongs to one tenant, and is configured as shared."
                        : "The database does not belong to the tenant that is placed in it.", "Correct the placement in the catalog."));
                }
            }
        }
        catch (PostgresException e) when (e.SqlState is "3F000" or "42883" or "42501")
        {
            findings.Add(new ProofFinding("tenancy-missing", true,
                $"The tenancy schema is missing, or the login may not use it ({e.MessageText}).", remedy));
        }

        return findings.Count == 0;
    }
}
