using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace Tenancy;

/// <summary>What must not get anybody into another tenant's scope, tried on a live connection.</summary>
internal static class IsolationAttacks
{
    /// <summary>Stands for any tenant the login might want to become.</summary>
    static readonly TenantId Stranger = new(new Guid("00000000-0000-4000-8000-000000000000"));

    /// <summary>Tries them all, and returns what succeeded.</summary>
    /// <param name="connection">An open connection of the serving login, outside a transaction.</param>
    /// <param name="tenant">A tenant that may enter there.</param>
    /// <param name="settings">How the database is to be held.</param>
    /// <param name="async">Whether to await the driver; otherwise the task returned is complete.</param>
    /// <param name="cancellationToken">Ends the proof.</param>
    public static async Task<IReadOnlyList<ProofFinding>> TryAsync(
        NpgsqlConnection connection, TenantId tenant, PoolSettings settings, bool async, CancellationToken cancellationToken)
    {
        var findings = new List<ProofFinding>();
        if (settings.Signer is { } signer)
        {
            if (await ErrorAsync(connection, [Enter(signer, tenant, connection.ProcessID)], async, cancellationToken).ConfigureAwait(false) is { } refusal)
            {
                return
                [
                    new ProofFinding("signing-key", true,
                        $"The database refuses the tokens that this process signs with key {signer.KeyId} ({refusal.MessageText}).",
                        "Install the key, with IPostgresInstaller and the SigningKeyId and secrets of this process; keep the clocks together by NTP."),
                ];
            }
        }

        foreach (var attack in settings.Signer is null ? OnTheLatch(tenant) : OnTheStamp(settings.Signer, tenant, connection.ProcessID))
        {
            var error = await ErrorAsync(connection, attack.Statements, async, cancellationToken).ConfigureAwait(false);
            // Only the refusal of a right counts, and it must be of the attack itself, not of the entry before it.
            if (error is null || error.SqlState != PostgresErrorCodes.InsufficientPrivilege || !ReferenceEquals(error.BatchCommand, attack.Statements[^1]))
                findings.Add(new ProofFinding(settings.Signer is null ? "latch" : "stamp", true, attack.Problem, "Install the tenancy schema and the hardening again."));
        }

        return findings;
    }

    static IEnumerable<Attack> OnTheLatch(TenantId tenant)
    {
        NpgsqlBatchCommand Enters(TenantId? who) => Statement("select tenancy.enter($1)", who);
        NpgsqlBatchCommand EntersWithLimits(TenantId? who) => Statement("select tenancy.enter($1, 1, 1, 64, null)", who);

        yield return new("A statement can call set_config, and so change the tenant in scope.",
            Statement("select set_config('tenancy.tenant', $1::text, true)", Stranger));
        yield return new("enter() accepts no tenant at all.", Enters(null));
        yield return new("enter() accepts a second tenant in one transaction.", Enters(tenant), Enters(Stranger));
        yield return new("enter() with limits accepts no tenant at all.", EntersWithLimits(null));
        yield return new("enter() with limits accepts a second tenant in one transaction.", Enters(tenant), EntersWithLimits(Stranger));
    }

    static IEnumerable<Attack> OnTheStamp(ScopeSigner signer, TenantId tenant, int backend)
    {
        var own = Token(signer, tenant, backend);
        yield return new("The login can read the signing keys.", new NpgsqlBatchCommand("select inner_pad from tenancy.signing_keys"));
        yield return new("A tenant enters without a token.", Statement("select tenancy.enter($1)", Stranger));
        yield return new("A tenant enters with another's token.", Enter(signer, own with { Tenant = Stranger }));
        yield return new("A tenant enters with a token that nobody signed.", Enter(signer, own with { Mac = new byte[own.Mac.Length] }));
        yield return new("A tenant enters with no signature at all.", Enter(signer, own with { Mac = null! }));
        if (signer.IsBound)
            yield return new("A token made for another backend is accepted.", Enter(signer, Token(signer, tenant, backend + 1)));
        yield return new("A token is accepted long after it was made.", Enter(signer, Token(signer, tenant, backend, minutes: -5)));
        yield return new("A token from the future is accepted.", Enter(signer, Token(signer, tenant, backend, minutes: 5)));
        yield return new("A token is accepted at another time than it was signed for.", Enter(signer, own with { Issued = own.Issued.AddSeconds(1) }));
        yield return new("A second tenant enters in one transaction.", Enter(signer, own), Enter(signer, Token(signer, Stranger, backend)));
        // Where set_config is revoked, that is the refusal.
        yield return new("A stamp that the server did not make is accepted.", Enter(signer, own), Statement(
            "select tenancy.current_tenant() from (select set_config('tenancy.stamp', $1::text || substr(current_setting('tenancy.stamp'), 37), true) offset 0) as forged", Stranger));
    }

    static ScopeToken Token(ScopeSigner signer, TenantId tenant, int backend, int minutes = 0) =>
        signer.Sign(tenant, signer.Now.AddMinutes(minutes), signer.IsBound ? backend : 0);

    static NpgsqlBatchCommand Enter(ScopeSigner signer, TenantId tenant, int backend) => Enter(signer, Token(signer, tenant, backend));

    static NpgsqlBatchCommand Enter(ScopeSigner signer, ScopeToken token)
    {
        var enter = Statement(string.Create(CultureInfo.InvariantCulture,
            $"select tenancy.enter_signed($1, {signer.KeyId}, $2, $3, {(signer.IsBound ? "true" : "false")}, false)"), token.Tenant);
        enter.Parameters.Add(new NpgsqlParameter { Value = token.Issued, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        enter.Parameters.Add(new NpgsqlParameter { Value = (object?)token.Mac ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bytea });
        return enter;
    }

    static NpgsqlBatchCommand Statement(string text, TenantId? tenant) => new(text)
    {
        Parameters = { new() { Value = (object?)tenant?.Value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid } },
    };

    /// <summary>Sends the statements in one message, and returns what the server has against them.</summary>
    static async Task<PostgresException?> ErrorAsync(
        NpgsqlConnection connection, NpgsqlBatchCommand[] statements, bool async, CancellationToken cancellationToken)
    {
        using var batch = new NpgsqlBatch(connection);
        foreach (var statement in statements)
            batch.BatchCommands.Add(statement);
        try
        {
            _ = async ? await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) : batch.ExecuteNonQuery();
            return null;
        }
        catch (PostgresException e)
        {
            return e;
        }
    }

    /// <summary>Statements of one message, the last of which has to be refused.</summary>
    sealed record Attack(string Problem, params NpgsqlBatchCommand[] Statements);
}
