using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Tenancy;

/// <summary>The connections of one login to one database, made after its isolation was proven.</summary>
/// <remarks>
/// It keeps the driver's connections open between leases itself, so that each can be counted, and any one of them closed
/// to make room: the driver's own pools have neither a public count nor a way to close less than all that is idle.
/// </remarks>
internal sealed partial class TenantPool : SessionPool, IAsyncDisposable, IDisposable
{
    readonly NpgsqlDataSource _connections;
    readonly HostSearch _hosts;
    readonly Func<TenantShare, bool, CancellationToken, Task<TenantPool>> _successor;
    readonly TimeSpan _patience;
    readonly TimeSpan _lifetime;
    readonly TimeSpan _idleLifetime;
    readonly int _mostSchemas;
    readonly ILogger _logger;
    readonly PoolSettings _settings;
    int _disposed;

    TenantPool(
        PoolSettings settings, ServerBudget budget, bool keepsReset, ILoggerFactory loggers,
        Func<TenantShare, bool, CancellationToken, Task<TenantPool>> successor)
        : base(budget, settings.Key.Database, settings.Capacity, settings.Owner is null)
    {
        _settings = settings;
        Key = settings.Key;
        Owner = settings.Owner;
        NotesWrites = settings.NotesWrites;
        _successor = successor;
        Attestation = new SessionAttestation(settings.IsPooled, settings.AttestationInterval);
        KeepsReset = keepsReset;
        Enlists = settings.Enlists;
        Level = settings.Level;
        Signer = settings.Signer;
        _mostSchemas = settings.SchemasPerConnection;
        var read = new NpgsqlConnectionStringBuilder();
        _connections = InnerDataSource.Build(settings, loggers, decided =>
        {
            // Connections are kept by the router, which counts them; and enlisted by it, which keeps them with one tenant.
            (decided.Pooling, decided.Enlist) = (false, false);
            // A reset forgets what was prepared, and the driver would not know.
            if (keepsReset)
                decided.MaxAutoPrepare = 0;
            read = new NpgsqlConnectionStringBuilder(decided.ConnectionString);
            if (settings.Replica is null)
                Hosts.ToPrimary(decided);
            else
                Hosts.ToStandby(decided);
        });
        _hosts = new HostSearch(_connections, settings);
        _patience = read.Timeout == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(read.Timeout);
        _lifetime = read.ConnectionLifetime == 0 ? TimeSpan.MaxValue : TimeSpan.FromSeconds(read.ConnectionLifetime);
        _idleLifetime = TimeSpan.FromSeconds(read.ConnectionIdleLifetime);
        Endpoint = Describe(read);
        _logger = loggers.CreateLogger<TenantPool>();
    }

    public PoolKey Key { get; }

    /// <summary>How long one waits for what is short: a connection, a slot.</summary>
    public TimeSpan Patience => _patience;

    /// <summary>The one tenant that it serves; none where tenants share it.</summary>
    public TenantId? Owner { get; }

    /// <summary>Whether sessions are reset between leases, because the login could leave something behind.</summary>
    public bool KeepsReset { get; }

    /// <summary>What was configured to become of a session between leases.</summary>
    public SessionReset Reset => _settings.Reset;

    /// <summary>What keeps tenants apart there.</summary>
    public ProtectionLevel Level { get; }

    /// <summary>Signs the scopes; none but at level <see cref="ProtectionLevel.Signed"/>.</summary>
    public ScopeSigner? Signer { get; }

    /// <summary>Whether the scope may limit temporary files, as the last proof found.</summary>
    public bool LimitsFiles { get; private set; }

    /// <summary>What its sessions are asked before they serve a tenant. Those that are reset are not asked: it knows no baseline then.</summary>
    public SessionAttestation Attestation { get; }

    /// <summary>Where connections lead: host, port and database, and nothing that could be a secret.</summary>
    public string Endpoint { get; }

    /// <summary>Whether a connection takes part in the ambient transaction it is opened in.</summary>
    public bool Enlists { get; }

    /// <summary>Makes the pool, and proves the isolation on its first session.</summary>
    /// <exception cref="IsolationProofException">The database does not keep tenants apart.</exception>
    public static async Task<TenantPool> CreateAsync(
        PoolSettings settings, TenantShare share, ServerBudget budget, ILoggerFactory loggers,
        Func<TenantShare, bool, CancellationToken, Task<TenantPool>> successor, bool async, CancellationToken cancellationToken)
    {
        var pool = new TenantPool(settings, budget, keepsReset: settings.Reset == SessionReset.Discard, loggers, successor);
        try
        {
            var findings = await pool.ProveAsync(settings, share, async, cancellationToken).ConfigureAwait(false);
            if (settings.Level == ProtectionLevel.Filter)
                Log.NotProtected(pool._logger, settings.Key.Database, settings.Key.Server, findings.Count);
            pool.Attestation.IsOfEachLease = settings.Reset == SessionReset.Attest;
            if (findings.Count == 0 || pool.KeepsReset)
                return pool;
            // What a function could leave in a session, the attestation finds.
            pool.Attestation.IsOfEachLease = findings.All(static finding => finding.Code.StartsWith("function-", StringComparison.Ordinal));
            foreach (var finding in findings)
            {
                if (pool.Attestation.IsOfEachLease)
                    Log.LeasesAttested(pool._logger, settings.Key.Database, finding.Problem, finding.Remedy);
                else
                    Log.ResetKept(pool._logger, settings.Key.Database, finding.Problem, finding.Remedy);
            }

            if (pool.Attestation.IsOfEachLease)
                return pool;
        }
        catch
        {
            pool.Dispose();
            throw;
        }

        pool.Dispose();
        return new TenantPool(settings, budget, keepsReset: true, loggers, successor) { LimitsFiles = pool.LimitsFiles };
    }

    public ValueTask<Session> LeaseAsync(TenantShare share, CancellationToken cancellationToken) => _isInDoubt
        ? new ValueTask<Session>(ProveAndLeaseAsync(share, async: true, cancellationToken))
        : LeaseProvenAsync(share, cancellationToken);

    public Session Lease(TenantShare share) =>
        _isInDoubt ? ProveAndLeaseAsync(share, async: false, CancellationToken.None).GetAwaiter().GetResult() : LeaseProven(share);

    ValueTask<Session> LeaseProvenAsync(TenantShare share, CancellationToken cancellationToken) => TryLease(share) is { } session
        ? new ValueTask<Session>(session)
        : new ValueTask<Session>(LeaseLaterAsync(share, async: true, cancellationToken));

    Session LeaseProven(TenantShare share) =>
        TryLease(share) ?? LeaseLaterAsync(share, async: false, CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>Takes a session back. It is destroyed where something still runs on it, or it is too old.</summary>
    public Task ReturnAsync(Session session, bool async)
    {
        if (!ReferenceEquals(session.Pool, this))
            return ((TenantPool)session.Pool).ReturnAsync(session, async);
        if (!session.IsReady)
            return DestroyAsync(session, "broken", async);

        if (_disposed != 0 || session.Age > _lifetime || session.Visited > _mostSchemas || session.IsWorn || _hosts.IsMisplaced(session.Connection))
            return RetireAsync(session, async);
        if (KeepsReset)
            return ResetAsync(session, async);
        Budget.Return(session);
        return Task.CompletedTask;
    }

    /// <summary>Ends a session for good: what happened on it is not known well enough for another tenant.</summary>
    public Task DestroyAsync(Session session, string reason, bool async)
    {
        reason = session.Left ?? reason;
        if (SessionAttestation.IsOfRole(reason))
            Doubt();
        Log.Discarded(_logger, Key.Database, reason);
        Budget.Metrics.Destroyed(Key.Server, reason);
        // A backend that goes away, or a network that goes silent, seldom takes one alone; and those beside it are where it was.
        if (session.IsBroken || Key.Reading.Length == 0 && Hosts.IsStandby(session.Connection))
            Budget.CloseIdle(this, TimeSpan.Zero);
        return RetireAsync(session, async);
    }

    /// <summary>Runs work of our own on a session, outside any tenant.</summary>
    public async Task<T> UseAsync<T>(Func<NpgsqlConnection, Task<T>> work)
    {
        var session = await LeaseAsync(Budget.ShareOf(default), CancellationToken.None).ConfigureAwait(false);
        var done = false;
        try
        {
            var result = await work(session.Connection).ConfigureAwait(false);
            done = true;
            return result;
        }
        finally
        {
            await (done ? ReturnAsync(session, async: true) : DestroyAsync(session, "unexpected", async: true)).ConfigureAwait(false);
        }
    }

    /// <summary>Closes what has been idle for too long.</summary>
    public void Prune()
    {
        if (Idle.Count > 0)
            Budget.CloseIdle(this, _idleLifetime);
    }

    /// <summary>Closes what is idle; what is leased is closed when it comes back.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        Budget.CloseIdle(this, TimeSpan.Zero);
        _connections.Dispose();
        _proving.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }

    Session? TryLease(TenantShare share)
    {
        if (Budget.Waiting != 0 || !share.TryEnter(Budget.MostPerTenant))
            return null;
        while (Idle.Take(share) is { } session)
        {
            if (session.IsReady)
            {
                session.Begin(share, charge: 0);
                return session;
            }

            session.Connection.Dispose();
            Budget.Gone(this, share: null, charge: 0, held: 0);
        }

        share.Exit();
        return null;
    }

    async Task<Session> LeaseLaterAsync(TenantShare share, bool async, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0 && !IsClosed, this);
        var waiter = new Waiter(this, share);
        if (IsClosed || !Budget.Request(waiter))
        {
            // Nobody had used it for long, and it was given up between being found and being asked.
            var pool = await _successor(share, async, cancellationToken).ConfigureAwait(false);
            return async ? await pool.LeaseAsync(share, cancellationToken).ConfigureAwait(false) : pool.Lease(share);
        }

        if (!waiter.Task.IsCompleted)
            await Tenancy.Patience.WaitAsync(waiter, _patience, async, cancellationToken).ConfigureAwait(false);
        var session = await waiter.Task.ConfigureAwait(false);
        if (session is null)
            return await OpenAsync(share, waiter, async, cancellationToken).ConfigureAwait(false);
        session.Begin(share, waiter.Charge);
        if (session.IsReady)
            return session;
        // It broke while it was idle; its place is ours.
        session.Connection.Dispose();
        return await OpenAsync(share, waiter, async, cancellationToken).ConfigureAwait(false);
    }

    async Task<Session> OpenAsync(TenantShare share, Waiter waiter, bool async, CancellationToken cancellationToken)
    {
        NpgsqlConnection? connection = null;
        try
        {
            for (var tries = 0; ; tries++)
            {
                connection = _connections.CreateConnection();
                try
                {
                    if (async)
                        await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
                    else
                        connection.Open();
                    await _hosts.CheckAsync(connection, async, cancellationToken).ConfigureAwait(false);
                    break;
                }
                catch (NpgsqlException e) when (
                    (_hosts.IsPassing(e) || e is PostgresException refused && PoolerErrors.IsTransient(refused)) && (_patience == Timeout.InfiniteTimeSpan || waiter.Waited < _patience))
                {
                    // The server is slower to free a slot than we were to count it, or others have taken it; or it is starting,
                    // or another one about to take its place.
                    connection.Dispose();
                    await Tenancy.Patience.PauseAsync(_hosts.PauseAfter(e, tries), Budget.Time, async, cancellationToken).ConfigureAwait(false);
                }
            }

            var session = new Session(this, connection);
            if (_settings.IsPooled)
                connection.Notice += (_, said) => session.Left ??= said.Notice.SqlState == SessionAttestation.Refused ? SessionAttestation.Left(said.Notice.MessageText) : null;
            session.Begin(share, waiter.Charge);
            return session;
        }
        catch (PostgresException e) when (PoolerErrors.IsRefusedParameter(e) && !_settings.IsPooled)
        {
            connection?.Dispose();
            Budget.Gone(this, share, waiter.Charge, held: 0);
            throw new IsolationProofException(Key.Database, [PoolerCheck.Undeclared(Key.Server)]);
        }
        catch
        {
            connection?.Dispose();
            Budget.Gone(this, share, waiter.Charge, held: 0);
            throw;
        }
    }

    async Task ResetAsync(Session session, bool async)
    {
        try
        {
            await SendAsync(session, "discard all", async).ConfigureAwait(false);
        }
        catch (NpgsqlException)
        {
            await DestroyAsync(session, "reset", async).ConfigureAwait(false);
            return;
        }

        Budget.Return(session);
    }

    static async Task SendAsync(Session session, string statement, bool async)
    {
        using var command = new NpgsqlCommand(statement, session.Connection);
        if (async)
            await command.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
        else
            command.ExecuteNonQuery();
    }

    /// <summary>Closes a session that did nothing wrong, but is not to be used again.</summary>
    public async Task RetireAsync(Session session, bool async)
    {
        try
        {
            await DisposeAsync(session.Connection, async).ConfigureAwait(false);
        }
        catch (PostgresException)
        {
            // The last word of what was being read on it, after which the driver has not closed it yet.
            await DisposeAsync(session.Connection, async).ConfigureAwait(false);
        }
        finally
        {
            Budget.Lost(session);
        }
    }

    static ValueTask DisposeAsync(NpgsqlConnection connection, bool async)
    {
        if (async)
            return connection.DisposeAsync();
        connection.Dispose();
        return default;
    }

    static string Describe(NpgsqlConnectionStringBuilder settings) => new NpgsqlConnectionStringBuilder
    {
        Host = settings.Host, Port = settings.Port, Database = settings.Database,
    }.ConnectionString;
}
