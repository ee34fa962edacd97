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
            if (await ErrorAsync(connection, [Enter(signer, Token(signer, tenant, connection.ProcessID)), new NpgsqlBatchCommand("select tenancy.current_tenant()")], async, cancellationToken).ConfigureAwait(false) is { } refusal)
            {
                return
                [
                    new ProofFinding("signing-key", true,
                        $"The database refuses the tokens that this process signs with key {signer.KeyId} ({refusal.MessageText}).",
                        "Install the key, with IPostgresInstaller and the SigningKeyId and secrets of this process; keep the clocks together by NTP."),
                ];
            }
        }

        foreach (var attack in settings.Signer is null ? OnTheLatch(tenant) : OnTheToken(settings.Signer, tenant, connection.ProcessID))
        {
            var error = await ErrorAsync(connection, attack.Statements, async, cancellationToken).ConfigureAwait(false);
            // Only the refusal of a right counts, and it must be of the attack itself, not of a good entry before it.
            if (error is null || error.SqlState != PostgresErrorCodes.InsufficientPrivilege || !attack.IsRefusedAt(error.BatchCommand))
                findings.Add(new ProofFinding(settings.Signer is null ? "latch" : "token", true, attack.Problem, "Install the tenancy schema and the hardening again."));
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
        yield return new("enter() accepts a second tenant in one transaction.", Enters(tenant), Enters(Stranger)) { Ahead = 1 };
        yield return new("enter() with limits accepts no tenant at all.", EntersWithLimits(null));
        yield return new("enter() with limits accepts a second tenant in one transaction.", Enters(tenant), EntersWithLimits(Stranger)) { Ahead = 1 };
    }

    static IEnumerable<Attack> OnTheToken(ScopeSigner signer, TenantId tenant, int backend)
    {
        var own = Token(signer, tenant, backend);
        var (signature, until) = (own.Split('.')[0], own.Split('.')[2]);
        // Whether a token is good shows where it is used.
        var use = () => new NpgsqlBatchCommand("select tenancy.current_tenant()");
        yield return new("The login can read the signing keys.", new NpgsqlBatchCommand("select inner_pad from tenancy.signing_keys"));
        yield return new("A tenant enters without a token.", Statement("select tenancy.enter($1)", Stranger));
        yield return new("A tenant enters with no token at all.", Enter(signer, null));
        yield return new("A tenant enters with another's token.", Enter(signer, $"{signature}.{Stranger}.{until}"), use());
        yield return new("A tenant enters with a token that nobody signed.", Enter(signer, own.Replace(signature, new string('0', signature.Length), StringComparison.Ordinal)), use());
        if (signer.IsBound)
            yield return new("A token made for another backend is accepted.", Enter(signer, Token(signer, tenant, backend + 1)), use());
        yield return new("A token is accepted long after it was made.", Enter(signer, Token(signer, tenant, backend, minutes: -5)), use());
        yield return new("A token from the future is accepted.", Enter(signer, Token(signer, tenant, backend, minutes: 5)), use());
        yield return new("A token is accepted at another time than it was signed for.", Enter(signer, $"{signature}.{tenant}.{Later(until)}"), use());
        yield return new("A second tenant enters in one transaction.", Enter(signer, own), Enter(signer, Token(signer, Stranger, backend))) { Ahead = 1 };
        // Where set_config is revoked, that is the refusal.
        yield return new("A scope that nobody signed is accepted.", Enter(signer, own), Statement(
            "select tenancy.current_tenant() from (select set_config('tenancy.token', overlay(current_setting('tenancy.token') placing $1::text from 66), true) offset 0) as forged", Stranger)) { Ahead = 1 };
    }

    static string Later(string second) => (long.Parse(second, CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture);

    static string Token(ScopeSigner signer, TenantId tenant, int backend, int minutes = 0) =>
        signer.Sign(tenant, signer.Now.AddMinutes(minutes), signer.IsBound ? backend : 0).Text;

    static NpgsqlBatchCommand Enter(ScopeSigner signer, string? token) => new($"select tenancy.{signer.EnterFunction}($1, false)")
    {
        Parameters = { new() { Value = (object?)token ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text } },
    };

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

    /// <summary>Statements of one message, one of which has to be refused.</summary>
    sealed record Attack(string Problem, params NpgsqlBatchCommand[] Statements)
    {
        /// <summary>How many go ahead that are none of the attack, and whose refusal would show nothing.</summary>
        public int Ahead { get; init; }

        public bool IsRefusedAt(NpgsqlBatchCommand? statement) => Array.IndexOf(Statements, statement) >= Ahead;
    }
}
