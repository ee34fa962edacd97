using Npgsql;

namespace Tenancy;

/// <summary>Finds out what really stands between a connection and the server, whatever was declared.</summary>
internal static class PoolerCheck
{
    /// <summary>How often two connections are asked which sessions they have. In transaction mode once is nearly always enough.</summary>
    const int Looks = 40;

    /// <summary>Seconds that a free session is waited for.</summary>
    const int Patience = 5;

    /// <summary>Compares a connection with what was declared of it.</summary>
    /// <remarks>
    /// A server names a session by the id of its process, and so does its greeting. A pooler greets with a number of its own.
    /// </remarks>
    public static async Task<IReadOnlyList<ProofFinding>> FindAsync(
        NpgsqlConnection connection, PoolSettings settings, bool async, CancellationToken cancellationToken)
    {
        var (process, user) = await WhoAsync(connection, async, cancellationToken).ConfigureAwait(false);
        var isPooled = process != connection.ProcessID;
        if (isPooled && !settings.IsPooled)
            return [Undeclared(settings.Key.Server)];
        if (!isPooled && settings.IsPooled)
        {
            return [Finding("pooler-missing", "There is no pooler between this process and the server, and one was declared.",
                $"set Tenancy:Postgres:Servers:{settings.Key.Server}:Pooler to none, or lead ConnectionString to the pooler")];
        }

        if (user != settings.Key.Login)
        {
            return [Finding("pooler-login", $"The session belongs to another login than {settings.Key.Login}, so that nothing proven of one holds for the other.",
                "remove user= from the [databases] of the pooler: it must log in as its client")];
        }

        return isPooled && await IsStatementPoolingAsync(connection, async, cancellationToken).ConfigureAwait(false)
            ? [Mode(settings.Key.Server, "statement")]
            : [];
    }

    /// <summary>What a pooler that was not declared is answered with.</summary>
    public static ProofFinding Undeclared(string server) => Finding("pooler-undeclared",
        "A pooler stands between this process and the server, so that sessions are not this process's own.",
        $"set Tenancy:Postgres:Servers:{server}:Pooler to pgbouncer, and Direct to the host of PostgreSQL; or connect to it directly");

    /// <summary>Refuses a pooler that gives each client a session for good, or that leads to another server.</summary>
    /// <exception cref="IsolationProofException">It does.</exception>
    public static async Task CheckAsync(
        NpgsqlConnection one, NpgsqlConnection? other, PoolKey key, string itself, CancellationToken cancellationToken)
    {
        if (await AskAsync(one, ServerQuery, cancellationToken).ConfigureAwait(false) is not string behind || behind != itself)
        {
            throw new IsolationProofException(key.Database, [Finding("pooler-server", "The pooler leads to another server or database than Direct.",
                $"correct Tenancy:Postgres:Servers:{key.Server}:Direct, or the [databases] of the pooler")]);
        }

        if (other is not null && await IsSessionPoolingAsync(one, other, cancellationToken).ConfigureAwait(false))
            throw new IsolationProofException(key.Database, [Mode(key.Server, "session")]);
    }

    /// <summary>What tells one database of one server from others, as long as it runs.</summary>
    public const string ServerQuery =
        "select concat(pg_postmaster_start_time(), ' ', (select oid from pg_database where datname = current_database()))";

    public static async Task<object?> AskAsync(NpgsqlConnection connection, string query, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand(query, connection) { CommandTimeout = Patience };
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Two connections that both keep a session of their own, look after look. Where they have changed once, or met, sessions
    /// are given out by transaction.
    /// </summary>
    static async Task<bool> IsSessionPoolingAsync(NpgsqlConnection one, NpgsqlConnection other, CancellationToken cancellationToken)
    {
        const string Backend = "select pg_backend_pid()";
        object? first = null, second = null;
        for (var look = 0; look < Looks; look++)
        {
            var (mine, yours) = (first, second);
            first = await AskAsync(one, Backend, cancellationToken).ConfigureAwait(false);
            try
            {
                second = await AskAsync(other, Backend, cancellationToken).ConfigureAwait(false);
            }
            catch (NpgsqlException e) when (e.InnerException is TimeoutException || e is PostgresException pooler && PoolerErrors.IsUnassigned(pooler))
            {
                // The first one, which is idle, keeps the only session.
                return true;
            }

            if (Equals(first, second) || mine is not null && (!Equals(mine, first) || !Equals(yours, second)))
                return false;
        }

        return true;
    }

    static async Task<bool> IsStatementPoolingAsync(NpgsqlConnection connection, bool async, CancellationToken cancellationToken)
    {
        try
        {
            var transaction = async
                ? await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false)
                : connection.BeginTransaction();
            await WhoAsync(connection, async, cancellationToken).ConfigureAwait(false);
            if (async)
                await transaction.RollbackAsync(cancellationToken).ConfigureAwait(false);
            else
                transaction.Rollback();
            return false;
        }
        catch (PostgresException e) when (PoolerErrors.IsStatementPooling(e))
        {
            return true;
        }
    }

    static async Task<(int Process, string User)> WhoAsync(NpgsqlConnection connection, bool async, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand("select pg_backend_pid(), session_user::text", connection);
        var reader = async ? await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false) : command.ExecuteReader();
        await using (reader.ConfigureAwait(false))
        {
            _ = async ? await reader.ReadAsync(cancellationToken).ConfigureAwait(false) : reader.Read();
            return (reader.GetInt32(0), reader.GetString(1));
        }
    }

    static ProofFinding Mode(string server, string mode) => Finding("pooler-mode",
        $"The pooler in front of {server} has pool_mode = {mode}: {(mode == "session" ? "each connection would keep a session" : "it allows no transactions")}.",
        "pool_mode = transaction in pgbouncer.ini, then RELOAD");

    static ProofFinding Finding(string code, string problem, string remedy) => new(code, IsFatal: true, problem, remedy);
}
