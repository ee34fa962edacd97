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
    readonly TimeProvider _time;
    readonly SigningKeys _keys;

    public TenantServer(string name, PostgresServerOptions options, PostgresOptions all, TimeProvider time, RouterMetrics metrics)
    {
        Name = name;
        Options = options;
        _all = all;
        _app = new NpgsqlConnectionStringBuilder(options.ConnectionString);
        _migrator = new NpgsqlConnectionStringBuilder(options.Migrator) { Pooling = false, Enlist = false };
        HoldsCatalog = ConnectionStringRules.IsSameServer(options.ConnectionString, all.Catalog);
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

    /// <summary>Whether the catalog is on the same server, so that its connections count here.</summary>
    public bool HoldsCatalog { get; }

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
        _holds.Dispose();
    }

    public PoolSettings PoolSettings(string database, string login, string? password, int size, TenantId? identity)
    {
        var settings = new NpgsqlConnectionStringBuilder(_app.ConnectionString)
        {
            Database = database,
            Username = login,
            Password = password,
            MaxAutoPrepare = _all.MaxAutoPrepare,
            // The scope of row and database isolation needs no search_path of its own; a schema's scope replaces this one.
            SearchPath = $"{_all.ApplicationSchema}, extensions, pg_temp",
            // Tells an error of the scope from one of the statement.
            IncludeFailedBatchedCommand = true,
            ApplicationName = _app.ApplicationName ?? "tenancy",
        };
        return new PoolSettings(new PoolKey(Name, database, login), settings.ConnectionString, size, identity)
        {
            Hooks = _all.DataSourceHooks,
            Enlists = _app.Enlist,
            SchemasPerConnection = Options.SchemasPerConnection,
            Level = Options.Level,
            Signer = Options.Level == ProtectionLevel.Signed ? SignerOf(_keys.CurrentId, database) : null,
        };
    }

    /// <summary>Signs for one database with one of the keys.</summary>
    public ScopeSigner SignerOf(int keyId, string database) => new(() => KeyOf(keyId, database), keyId, _time);

    /// <summary>The key of that id, of one database.</summary>
    public byte[] KeyOf(int keyId, string database) => _keys.Derive(keyId, Name, database);

    /// <summary>The key that this process signs with.</summary>
    public int SigningKeyId => _keys.CurrentId;

    /// <summary>Opens a connection that is not pooled, for creating places and migrating. It counts in the budget too.</summary>
    public Task<NpgsqlConnection> OpenMigratorAsync(string database, CancellationToken cancellationToken) => OpenAsync(
        new NpgsqlConnectionStringBuilder(_migrator.ConnectionString) { Database = database }.ConnectionString, turn: null, cancellationToken);

    /// <summary>
    /// Opens a connection that is held while others do the work. So many at most that there is always room for those.
    /// </summary>
    public async Task<NpgsqlConnection> OpenHoldAsync(string connectionString, CancellationToken cancellationToken)
    {
        await _holds.WaitAsync(cancellationToken).ConfigureAwait(false);
        return await OpenAsync(connectionString, _holds, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Opens a connection under the budget that is neither pooled nor a tenant's, and gives a turn back with it.</summary>
    async Task<NpgsqlConnection> OpenAsync(string connectionString, SemaphoreSlim? turn, CancellationToken cancellationToken)
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
        var connection = new NpgsqlConnection(connectionString);
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
            Budget.Gone(_administration, share, waiter.Charge, held: 0);
            turn?.Release();
        }
    }
}
