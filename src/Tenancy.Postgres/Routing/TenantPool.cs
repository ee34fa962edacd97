using System.Data;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Tenancy;

/// <summary>The connections of one login to one database, made after its isolation was proven.</summary>
internal sealed class TenantPool : IAsyncDisposable, IDisposable
{
    const int DiscardTimeoutSeconds = 5;

    readonly NpgsqlDataSource _connections;
    readonly HandleCache _handles;
    readonly ILogger _logger;

    TenantPool(PoolKey key, NpgsqlDataSource connections, string endpoint, bool keepsReset, ILogger logger)
    {
        Key = key;
        KeepsReset = keepsReset;
        _connections = connections;
        _handles = new HandleCache(connections);
        _logger = logger;
        Endpoint = endpoint;
        Enlists = new NpgsqlConnectionStringBuilder(connections.ConnectionString).Enlist;
    }

    public PoolKey Key { get; }

    /// <summary>Whether sessions are reset between leases, because the login could leave something behind.</summary>
    public bool KeepsReset { get; }

    /// <summary>Where connections lead: host, port and database, and nothing that could be a secret.</summary>
    public string Endpoint { get; }

    /// <summary>Sessions that are not the pool's, for what could leave something behind in one.</summary>
    public required SingleSessions Sessions { get; init; }

    /// <summary>Whether a connection takes part in the ambient transaction it is opened in.</summary>
    public bool Enlists { get; }

    /// <summary>Proves the isolation on a connection of its own, then makes the pool.</summary>
    /// <exception cref="IsolationProofException">The database does not keep tenants apart.</exception>
    public static async Task<TenantPool> CreateAsync(
        PoolSettings settings, TenantId tenant, ILoggerFactory loggers, bool async, CancellationToken cancellationToken)
    {
        var logger = loggers.CreateLogger<TenantPool>();
        var findings = await ProveAsync(settings, tenant, async, cancellationToken).ConfigureAwait(false);
        var keepsReset = findings.Count > 0;
        foreach (var finding in findings)
            Log.ResetKept(logger, settings.Key.Database, finding.Problem, finding.Remedy);
        var connections = InnerDataSource.Build(settings, loggers, decided => decided.NoResetOnClose = !keepsReset);
        return new TenantPool(
            settings.Key, connections, Describe(new NpgsqlConnectionStringBuilder(settings.ConnectionString)), keepsReset, logger)
        {
            Sessions = new SingleSessions(settings, loggers),
        };
    }

    public ValueTask<NpgsqlConnection> LeaseAsync(CancellationToken cancellationToken)
    {
        var connection = _handles.Take();
        var opening = connection.OpenAsync(cancellationToken);
        return opening.IsCompletedSuccessfully ? new ValueTask<NpgsqlConnection>(connection) : FinishAsync(connection, opening);

        static async ValueTask<NpgsqlConnection> FinishAsync(NpgsqlConnection connection, Task opening)
        {
            await opening.ConfigureAwait(false);
            return connection;
        }
    }

    public NpgsqlConnection Lease()
    {
        var connection = _handles.Take();
        connection.Open();
        return connection;
    }

    /// <summary>Takes a connection back. The driver rolls back what is open; if the backend is gone, so is the connection.</summary>
    public async Task ReturnAsync(NpgsqlConnection connection, bool async)
    {
        try
        {
            if (async)
                await connection.CloseAsync().ConfigureAwait(false);
            else
                connection.Close();
            _handles.Keep(connection);
        }
        catch (NpgsqlException) when (connection.State != ConnectionState.Open)
        {
            // It broke while it was returned, and the driver has dropped it. Throwing here would hide the first error.
        }
    }

    /// <summary>Ends a connection for good: what happened on it is not known well enough for another tenant.</summary>
    /// <param name="connection">A leased connection, in any state.</param>
    /// <param name="async">Whether to await the driver; otherwise the task returned is complete.</param>
    public async Task DestroyAsync(NpgsqlConnection connection, bool async)
    {
        Log.Discarded(_logger, Key.Database);
        try
        {
            if (connection.State == ConnectionState.Open)
                await DiscardSessionAsync(connection, async).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
        {
            // The error is the success: the server ended the session under the statement.
        }

        // A session that survived goes with all its pool; those in use are closed when they are returned.
        if (connection.State == ConnectionState.Open)
            _connections.Clear();
        if (async)
            await connection.DisposeAsync().ConfigureAwait(false);
        else
            connection.Dispose();
    }

    public void Dispose()
    {
        Sessions.Dispose();
        _connections.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        Sessions.Dispose();
        await _connections.DisposeAsync().ConfigureAwait(false);
    }

    static string Describe(NpgsqlConnectionStringBuilder settings) => new NpgsqlConnectionStringBuilder
    {
        Host = settings.Host, Port = settings.Port, Database = settings.Database,
    }.ConnectionString;

    static async Task DiscardSessionAsync(NpgsqlConnection connection, bool async)
    {
        // In one message: the rollback is an error where nothing is open only to the eye, a warning to the server.
        using var command = new NpgsqlCommand("rollback; select tenancy.discard()", connection) { CommandTimeout = DiscardTimeoutSeconds };
        if (async)
            await command.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
        else
            command.ExecuteNonQuery();
    }

    /// <summary>Proves the isolation on a connection of its own, and returns what is not fatal.</summary>
    /// <exception cref="IsolationProofException">The database does not keep tenants apart.</exception>
    public static async Task<IReadOnlyList<ProofFinding>> ProveAsync(
        PoolSettings settings, TenantId tenant, bool async, CancellationToken cancellationToken)
    {
        // Before the pool exists: whether it resets sessions is decided by what is found, and cannot be changed later.
        // Names of the application's objects come out qualified with this path, so that a remedy can be run from anywhere.
        var sessions = InnerDataSource.BuildUnpooled(settings, null, InitializedSession.SearchPath);
        await using var _ = sessions.ConfigureAwait(false);
        var connection = sessions.CreateConnection();
        await using (connection.ConfigureAwait(false))
        {
            if (async)
                await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            else
                connection.Open();
            var initialized = settings.Hooks.Count > 0
                ? await InitializedSession.FindAsync(connection, async, cancellationToken).ConfigureAwait(false)
                : [];
            IReadOnlyList<ProofFinding> findings =
            [
                .. initialized,
                .. await IsolationProof.RunAsync(connection, tenant, settings.Identity, async, cancellationToken).ConfigureAwait(false),
            ];
            return findings.Any(finding => finding.IsFatal)
                ? throw new IsolationProofException(settings.Key.Database, [.. findings.Where(finding => finding.IsFatal)])
                : findings;
        }
    }
}
