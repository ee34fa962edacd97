using System.Data;
using Npgsql;

namespace Tenancy;

/// <summary>One configured server: its names and how to connect to it.</summary>
internal sealed class TenantServer : IDisposable
{
    /// <summary>Room for a budget that grows while the host runs.</summary>
    const int Roomy = 1000;

    static readonly TimeSpan AdministrationPatience = TimeSpan.FromSeconds(30);

    readonly NpgsqlConnectionStringBuilder _app;
    readonly NpgsqlConnectionStringBuilder _migrator;
    readonly PostgresOptions _all;
    readonly SessionPool _administration;
    readonly SemaphoreSlim _holds;
    readonly bool _hasReplicas;
    readonly TimeProvider _time;
    readonly SigningKeys _keys;

    public TenantServer(string name, PostgresServerOptions options, PostgresOptions all, TimeProvider time, RouterMetrics metrics)
    {
        Name = name;
        Options = options;
        _all = all;
        _app = new NpgsqlConnectionStringBuilder(options.ConnectionString);
        _migrator = new NpgsqlConnectionStringBuilder(options.Migrator) { Pooling = false, Enlist = false };
        var hosts = Hosts.Of(_app);
        _hasReplicas = hosts.Length > 1;
        if (_hasReplicas)
        {
            Replicas = new ReplicaSet([.. hosts.Select((host, i) =>
                new Replica(host, new ServerBudget(
                    $"{name}/host-{i + 1}", options.ReplicaLimit, time, metrics, $"Tenancy:Postgres:Servers:{name}:ReplicaConnectionBudget")))]);
        }

        HoldsCatalog = ConnectionStringRules.IsSameServer(options.Itself, all.Catalog);
        _time = time;
        _keys = new SigningKeys(all);
        Budget = new ServerBudget(name, LimitOf(options.ConnectionBudget), time, metrics);
        _holds = new SemaphoreSlim(Math.Max(1, Budget.MostPerTenant / 2));
        _administration = new SessionPool(Budget, SharedDatabase, int.MaxValue, isShared: false, keepsIdle: false);
        SharedPool = PoolSettings(
            SharedDatabase, AppLogin, _app.Password, options.SharedPoolSize ?? Math.Max(options.ConnectionBudget, Roomy), identity: null);
    }

    public string Name { get; }

    public PostgresServerOptions Options { get; }

    /// <summary>What this process may hold here.</summary>
    public ServerBudget Budget { get; }

    /// <summary>Its hosts as such that may be read from; none where it has only one.</summary>
    public ReplicaSet? Replicas { get; }

    /// <summary>Its own budget, and those of its hosts as standbys.</summary>
    public IEnumerable<ServerBudget> Budgets => [Budget, .. Replicas?.All.Select(static replica => replica.Budget) ?? []];

    /// <summary>Whether the catalog is on the same server, so that its connections count here.</summary>
    public bool HoldsCatalog { get; }

    /// <summary>Whether sessions are a pooler's, which hands them out for a transaction.</summary>
    public bool IsPooled => Options.Pooler != PostgresPooler.None;

    /// <summary>The pool of all tenants that share a database.</summary>
    public PoolSettings SharedPool { get; }

    public string SharedDatabase => _app.Database!;

    public string TemplateDatabase => SharedDatabase + "_template";

    public string AppLogin => _app.Username!;

    public string? AppPassword => _app.Password;

    public string MigratorLogin => _migrator.Username!;

    public string? MigratorPassword => _migrator.Password;

    /// <summary>What the tenants' pools may hold, and what is done beside them for a while.</summary>
    public int LimitOf(int connectionBudget) => connectionBudget - (HoldsCatalog ? PostgresTenantCatalog.Connections : 0);

    public void Dispose()
    {
        Budget.Dispose();
        Replicas?.Dispose();
        _holds.Dispose();
    }

    /// <param name="database">The database.</param>
    /// <param name="login">Who logs in.</param>
    /// <param name="password">The login's.</param>
    /// <param name="size">The most connections.</param>
    /// <param name="identity">The one tenant that the database belongs to; none where it is shared.</param>
    /// <param name="schema">Where names are looked for at first; none for the application's schema.</param>
    public PoolSettings PoolSettings(string database, string login, string? password, int size, TenantId? identity, string? schema = null)
    {
        var settings = new NpgsqlConnectionStringBuilder(_app.ConnectionString)
        {
            Database = database,
            Username = login,
            Password = password,
            MaxAutoPrepare = IsPooled ? Options.PoolerMaxAutoPrepare : _all.MaxAutoPrepare,
            // The scope of row and database isolation needs no search_path of its own; a schema's scope replaces this one.
            // A pooler would refuse it, or forget it: there the attestation sets it.
            SearchPath = IsPooled ? null : SqlScript.SearchPath(schema ?? _all.ApplicationSchema),
            // Tells an error of the scope from one of the statement.
            IncludeFailedBatchedCommand = true,
            ApplicationName = _app.ApplicationName ?? "tenancy",
        };
        return new PoolSettings(new PoolKey(Name, database, login), settings.ConnectionString, size, identity)
        {
            Hooks = _all.DataSourceHooks,
            Enlists = _app.Enlist,
            SchemasPerConnection = Options.SchemasPerConnection,
            NotesWrites = _hasReplicas,
            IsPooled = IsPooled,
            AttestationInterval = Options.AttestationInterval,
            Level = Options.Level,
            Reset = Options.SessionReset,
            Signer = Options.Level == ProtectionLevel.Signed ? SignerOf(_keys.CurrentId, database) : null,
        };
    }

    /// <summary>
    /// The same pool with sessions that only read: of a standby, or of the primary. The server refuses a write at either, so
    /// that what works without a standby works with one.
    /// </summary>
    /// <exception cref="NotSupportedException">A pooler is in between, which takes no such setting at the start of a session.</exception>
    public static PoolSettings ForReading(PoolSettings ordinary, Replica? replica)
    {
        if (ordinary.IsPooled)
        {
            throw new NotSupportedException(
                $"TenantDataSource.ReadOnly is not to be had behind a pooler, which {ordinary.Key.Server} has. Read through TenantDataSource itself, or name the servers without one.");
        }

        var settings = new NpgsqlConnectionStringBuilder(ordinary.ConnectionString) { Options = "-c default_transaction_read_only=on" };
        if (replica is not null)
            settings.Host = replica.Host;
        return ordinary with
        {
            Key = ordinary.Key with { Reading = replica?.Budget.Server ?? "primary" },
            ConnectionString = settings.ConnectionString,
            Replica = replica,
            NotesWrites = false,
        };
    }

    /// <summary>Signs for one database with one of the keys.</summary>
    public ScopeSigner SignerOf(int keyId, string database) => new(() => KeyOf(keyId, database), keyId, _time) { IsBound = !IsPooled };

    /// <summary>The key of that id, of one database.</summary>
    public byte[] KeyOf(int keyId, string database) => _keys.Derive(keyId, Name, database);

    /// <summary>The key that this process signs with.</summary>
    public int SigningKeyId => _keys.CurrentId;

    /// <summary>Opens a connection that is not pooled, for creating places and migrating. It counts in the budget too.</summary>
    public Task<NpgsqlConnection> OpenMigratorAsync(string database, CancellationToken cancellationToken) => OpenAsync(
        new NpgsqlConnectionStringBuilder(_migrator.ConnectionString) { Database = database }.ConnectionString,
        isOneOfMany: database != SharedDatabase, turn: null, cancellationToken);

    /// <summary>
    /// Opens a connection that is held while others do the work. So many at most that there is always room for those.
    /// </summary>
    public async Task<NpgsqlConnection> OpenHoldAsync(string connectionString, CancellationToken cancellationToken)
    {
        await _holds.WaitAsync(cancellationToken).ConfigureAwait(false);
        return await OpenAsync(connectionString, isOneOfMany: false, _holds, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Opens a connection under the budget that is neither pooled nor a tenant's, and gives a turn back with it.</summary>
    async Task<NpgsqlConnection> OpenAsync(
        string connectionString, bool isOneOfMany, SemaphoreSlim? turn, CancellationToken cancellationToken)
    {
        var share = Budget.ShareOf(default);
        var waiter = new Waiter(_administration, share);
        Budget.Request(waiter);
        try
        {
            if (!waiter.Task.IsCompleted)
                await Patience.WaitAsync(waiter, AdministrationPatience, async: true, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            turn?.Release();
            throw;
        }

        var released = false;
        connectionString = Hosts.ToPrimary(connectionString);
        // To a tenant's own database by a data source that goes with it: the driver would keep one for each for ever.
        var source = isOneOfMany ? NpgsqlDataSource.Create(connectionString) : null;
        var connection = source?.CreateConnection() ?? new NpgsqlConnection(connectionString);
        connection.StateChange += (_, change) =>
        {
            if (change.CurrentState == ConnectionState.Closed)
                Release();
        };
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            Release();
            throw;
        }

        void Release()
        {
            if (Interlocked.Exchange(ref released, true))
                return;
            source?.Dispose();
            Budget.Gone(_administration, share, waiter.Charge, held: 0);
            turn?.Release();
        }
    }
}
