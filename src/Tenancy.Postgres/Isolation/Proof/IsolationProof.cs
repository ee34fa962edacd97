using Npgsql;

namespace Tenancy;

/// <summary>Proves on a live connection of the serving login that a database holds level <c>Latched</c>.</summary>
internal static class IsolationProof
{
    /// <summary>Stands for any tenant the login might want to become.</summary>
    static readonly Guid Stranger = new("00000000-0000-4000-8000-000000000000");

    static readonly string Catalogs = SqlScript.Load("proof.sql");

    /// <summary>Looks the database up in the system catalogs, then attacks it.</summary>
    /// <param name="connection">An open connection of the serving login, outside a transaction.</param>
    /// <param name="tenant">A tenant that may enter there; its own where <paramref name="identity"/> is set.</param>
    /// <param name="identity">The tenant the database belongs to; none where it is shared.</param>
    /// <param name="isPooled">Whether the session is a pooler's, and may have been left with something.</param>
    /// <param name="async">Whether to await the driver; otherwise the task returned is complete.</param>
    /// <param name="cancellationToken">Ends the proof; no connection is handed out then.</param>
    public static async Task<IReadOnlyList<ProofFinding>> RunAsync(
        NpgsqlConnection connection, TenantId tenant, TenantId? identity, bool isPooled, bool async, CancellationToken cancellationToken)
    {
        var findings = new List<ProofFinding>();
        if (!await IsInstalledAsync(connection, identity, findings, async, cancellationToken).ConfigureAwait(false))
            return findings;

        // In a transaction, so that nothing of it stays in the session. Names of the application's objects come out
        // qualified then, and a remedy can be run from anywhere.
        var transaction = async ? await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false) : connection.BeginTransaction();
        if (isPooled)
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
                    findings.Add(new ProofFinding(
                        reader.GetString(0), reader.GetString(1) == "fatal", reader.GetString(2), reader.GetString(3)));
                }
            }
        }

        if (async)
            await transaction.RollbackAsync(cancellationToken).ConfigureAwait(false);
        else
            transaction.Rollback();
        foreach (var attack in Attacks(tenant))
        {
            if (await SucceedsAsync(connection, attack, async, cancellationToken).ConfigureAwait(false))
                findings.Add(new ProofFinding("latch", true, attack.Problem, "Install the tenancy schema and the hardening again."));
        }

        return findings;
    }

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
        NpgsqlConnection connection, TenantId? identity, List<ProofFinding> findings, bool async, CancellationToken cancellationToken)
    {
        const string Remedy = "Install the tenancy schema again, with IPostgresInstaller.";
        using var command = new NpgsqlCommand("select tenancy.version(), tenancy.identity()", connection);
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
                        $"The tenancy schema has version {version}; this library needs {SqlScript.TenancyVersion}.", Remedy));
                }

                if (owner != identity?.Value)
                {
                    findings.Add(new ProofFinding("tenancy-identity", true, identity is null
                        ? "The database belongs to one tenant, and is configured as shared."
                        : "The database does not belong to the tenant that is placed in it.", "Correct the placement in the catalog."));
                }
            }
        }
        catch (PostgresException e) when (e.SqlState is "3F000" or "42883" or "42501")
        {
            findings.Add(new ProofFinding("tenancy-missing", true,
                $"The tenancy schema is missing, or the login may not use it ({e.MessageText}).", Remedy));
        }

        return findings.Count == 0;
    }

    static Attack[] Attacks(TenantId tenant) =>
    [
        new("select set_config('tenancy.tenant', $1::text, true)", Stranger, null, "A statement can call set_config, and so change the tenant in scope."),
        new("select tenancy.enter($1)", null, null, "enter() accepts no tenant at all."),
        new("select tenancy.enter($1)", Stranger, tenant.Value, "enter() accepts a second tenant in one transaction."),
        new("select tenancy.enter($1, 1, 1, 64, null)", null, null, "enter() with limits accepts no tenant at all."),
        new("select tenancy.enter($1, 1, 1, 64, null)", Stranger, tenant.Value, "enter() with limits accepts a second tenant in one transaction."),
    ];

    /// <summary>Tries what must fail; anything but the refusal of a right counts as success of the attack.</summary>
    static async Task<bool> SucceedsAsync(
        NpgsqlConnection connection, Attack attack, bool async, CancellationToken cancellationToken)
    {
        using var batch = new NpgsqlBatch(connection);
        if (attack.Entered is { } entered)
            batch.BatchCommands.Add(new NpgsqlBatchCommand("select tenancy.enter($1)") { Parameters = { new() { Value = entered } } });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(attack.Statement)
        {
            Parameters = { new() { Value = (object?)attack.Argument ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid } },
        });
        try
        {
            _ = async ? await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) : batch.ExecuteNonQuery();
            return true;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            // The refusal must be of the attack itself, not of the entry before it.
            return attack.Entered is not null && !ReferenceEquals(e.BatchCommand, batch.BatchCommands[^1]);
        }
    }

    readonly record struct Attack(string Statement, Guid? Argument, Guid? Entered, string Problem);
}
