using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Npgsql;
using IsolationLevel = System.Data.IsolationLevel;

namespace Tenancy;

/// <summary>
/// A connection that belongs to one tenant: the one in scope when it was first opened. Every command goes out with the
/// tenant's scope ahead of it, in the same round trip, inside transactions too.
/// </summary>
public sealed partial class TenantConnection : DbConnection
{
    static readonly StateChangeEventArgs ClosedToOpen = new(ConnectionState.Closed, ConnectionState.Open);
    static readonly StateChangeEventArgs OpenToClosed = new(ConnectionState.Open, ConnectionState.Closed);

    readonly TenantRouter _router;
    readonly ITenantContext _context;
    TenantRoute? _route;
    Session? _session;
    NpgsqlConnection? _inner;
    TenantDataReader? _reader;
    TenantTransaction? _transaction;
    AmbientTransaction? _ambient;
    bool _condemned;
    bool _disposed;

    internal TenantConnection(TenantRouter router, ITenantContext context, bool isReadOnly)
    {
        // Nothing unmanaged hangs on it: the finalizer of its base class would only cost.
        GC.SuppressFinalize(this);
        _router = router;
        _context = context;
        IsReadOnly = isReadOnly;
    }

    /// <summary>Whether it was made to read only; see <see cref="TenantDataSource.ReadOnly"/>.</summary>
    public bool IsReadOnly { get; }

    /// <summary>The tenant the connection belongs to; <see langword="null"/> until it is first opened.</summary>
    public Tenant? Tenant => _route?.Tenant;

    /// <summary>Where the connection leads, without a password. It cannot be set.</summary>
    /// <exception cref="NotSupportedException">On setting: the tenant's placement decides.</exception>
    [AllowNull]
    public override string ConnectionString
    {
        get => _route?.Pool.Endpoint ?? "";
        set => throw new NotSupportedException("A tenant's placement decides where its connection leads. Configure Tenancy:Postgres.");
    }

    /// <inheritdoc/>
    public override string Database => _route?.Pool.Key.Database ?? "";

    /// <summary>The configured name of the server, never its host.</summary>
    public override string DataSource => _route?.Pool.Key.Server ?? "";

    /// <inheritdoc/>
    public override string ServerVersion => Inner.ServerVersion;

    /// <inheritdoc/>
    public override int ConnectionTimeout => _inner?.ConnectionTimeout ?? 0;

    /// <inheritdoc/>
    public override ConnectionState State => _inner?.State ?? (Volatile.Read(ref _isTaking) ? ConnectionState.Connecting : ConnectionState.Closed);

    /// <inheritdoc/>
    public override bool CanCreateBatch => true;

    /// <summary>Changes whenever a connection of the driver's is taken or given back, so that what hung on it can tell.</summary>
    internal int Lease { get; private set; }

    /// <summary>Seconds that a command gets which names no timeout; none while closed.</summary>
    internal int? DefaultTimeout => _inner?.CommandTimeout;

    /// <summary>What the scope of the next statement is sent as.</summary>
    internal ScopeForm Form => _router.FormOf(Route);

    /// <summary>Whether the tier has slots and all were taken a short time ago, so that they are asked for first.</summary>
    internal bool AreSlotsShort => Route.Share.AreSlotsShort(Route.Pool.Budget.Time) && Form.Asking is not null;

    /// <summary>Whether the tier limits how large a result may be.</summary>
    internal bool IsResultLimited => _route is not null && Form.Limits?.ResultBytes is not null;

    internal TenantRoute Route => _route ?? throw Closed();

    internal Session Session => _session ?? throw Closed();

    internal NpgsqlConnection Inner => _inner ?? throw Closed();

    /// <inheritdoc/>
    protected override DbProviderFactory DbProviderFactory => TenantProviderFactory.Instance;

    /// <inheritdoc/>
    /// <exception cref="NoTenantException">No tenant is in scope.</exception>
    /// <exception cref="TenantMismatchException">The connection was opened before, for another tenant.</exception>
    public override void Open()
    {
        if (IsBroken)
            Close();
        var ambient = BeginOpening();
        try
        {
            var closings = _closings;
            _route = _router.Route(ambient);
            var current = TakePartIn(System.Transactions.Transaction.Current);
            Opened(_ambient?.Claim() ?? (IsReader
                ? LeaseReaderAsync(async: false, CancellationToken.None).GetAwaiter().GetResult()
                : _route.Pool.Lease(_route.Share)), current, closings);
        }
        catch
        {
            Close();
            throw;
        }
        finally
        {
            EndOpening();
        }
    }

    /// <inheritdoc cref="Open"/>
    public override async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (IsBroken)
            await CloseAsync().ConfigureAwait(false);
        var ambient = BeginOpening();
        try
        {
            var closings = _closings;
            _route = await _router.RouteAsync(ambient, cancellationToken).ConfigureAwait(false);
            var current = TakePartIn(System.Transactions.Transaction.Current);
            Opened(_ambient?.Claim() ?? (IsReader
                ? await LeaseReaderAsync(async: true, cancellationToken).ConfigureAwait(false)
                : await _route.Pool.LeaseAsync(_route.Share, cancellationToken).ConfigureAwait(false)), current, closings);
        }
        catch
        {
            await CloseAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            EndOpening();
        }
    }

    /// <summary>Returns the connection; an open transaction is rolled back.</summary>
    public override void Close() => CloseAsync(async: false).GetAwaiter().GetResult();

    /// <inheritdoc cref="Close"/>
    public override Task CloseAsync() => CloseAsync(async: true);

    /// <inheritdoc/>
    [SuppressMessage("Usage", "CA2215", Justification = "The base class would only close again.")]
    public override ValueTask DisposeAsync()
    {
        _disposed = true;
        return new(CloseAsync(async: true));
    }

    /// <summary>Not supported: a tenant has one database.</summary>
    public override void ChangeDatabase(string databaseName) =>
        throw new NotSupportedException("A tenant's data is in one database. Enter another tenant to reach another's.");

    /// <summary>
    /// Takes part in a transaction of <c>System.Transactions</c>, as opening inside a <c>TransactionScope</c> does. It
    /// belongs to one tenant, and has one connection open at a time.
    /// </summary>
    /// <exception cref="InvalidOperationException">It belongs to another tenant, or has another connection open.</exception>
    public override void EnlistTransaction(System.Transactions.Transaction? transaction)
    {
        _ = CheckedInner();
        using var work = Work();
        if (_ambient is { IsOver: false } && (transaction is null || !_ambient.Is(transaction)))
            throw new InvalidOperationException("The connection takes part in another transaction, until that is over.");
        if (transaction is null || _ambient is { IsOver: false })
            return;
        var ambient = _ambient = AmbientTransaction.Enter(transaction, this);
        try
        {
            ambient.Begin(work.Session, transaction);
        }
        catch
        {
            ambient.Leave(this, ambient.Waiting);
            _ambient = null;
            throw;
        }
    }

    /// <summary>Describes the tenant's own tables; see <see cref="GetSchemaAsync(string, string?[], CancellationToken)"/>.</summary>
    public override DataTable GetSchema() => GetSchema(DbMetaDataCollectionNames.MetaDataCollections);

    /// <inheritdoc cref="GetSchema()"/>
    public override DataTable GetSchema(string collectionName) => GetSchema(collectionName, []);

    /// <inheritdoc cref="GetSchema()"/>
    public override DataTable GetSchema(string collectionName, string?[] restrictionValues) =>
        SchemaCollections.ReadAsync(this, collectionName, restrictionValues, async: false, CancellationToken.None).GetAwaiter().GetResult();

    /// <inheritdoc cref="GetSchema()"/>
    public override Task<DataTable> GetSchemaAsync(CancellationToken cancellationToken = default) =>
        GetSchemaAsync(DbMetaDataCollectionNames.MetaDataCollections, cancellationToken);

    /// <inheritdoc cref="GetSchema()"/>
    public override Task<DataTable> GetSchemaAsync(string collectionName, CancellationToken cancellationToken = default) =>
        GetSchemaAsync(collectionName, [], cancellationToken);

    /// <summary>
    /// Describes what is in the tenant's schema, as the driver does. Collections that list schemas, databases or logins
    /// are refused: their names are those of all tenants.
    /// </summary>
    /// <exception cref="NotSupportedException">The collection tells of other tenants, or another schema was asked for.</exception>
    public override Task<DataTable> GetSchemaAsync(
        string collectionName, string?[] restrictionValues, CancellationToken cancellationToken = default) =>
        SchemaCollections.ReadAsync(this, collectionName, restrictionValues, async: true, cancellationToken);

    /// <summary>Makes a command on this connection.</summary>
    public new TenantCommand CreateCommand() => new() { Connection = this };

    /// <summary>Makes a batch on this connection: several statements, one scope, one round trip.</summary>
    public new TenantBatch CreateBatch() => new() { Connection = this };

    /// <inheritdoc/>
    protected override DbCommand CreateDbCommand() => CreateCommand();

    /// <inheritdoc/>
    protected override DbBatch CreateDbBatch() => CreateBatch();

    /// <inheritdoc/>
    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) =>
        BeginTransactionAsync(isolationLevel, async: false, CancellationToken.None).GetAwaiter().GetResult();

    /// <inheritdoc/>
    protected override async ValueTask<DbTransaction> BeginDbTransactionAsync(IsolationLevel isolationLevel, CancellationToken cancellationToken) =>
        await BeginTransactionAsync(isolationLevel, async: true, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _disposed = true;
        if (disposing)
            Close();
        base.Dispose(disposing);
    }

    /// <summary>The driver's connection, if the tenant in scope may use it to begin something.</summary>
    internal NpgsqlConnection InnerToBegin()
    {
        var inner = Inner;
        if (_context.Current is { } ambient && ambient.Id != _route!.Tenant.Id)
            throw new TenantMismatchException();
        // Its time is over, say. What comes now would be committed at once, and alone.
        return _ambient is { IsOver: true } over && IsCurrent(over) ? throw ScopeEnded() : inner;
    }

    static bool IsCurrent(AmbientTransaction ambient) => System.Transactions.Transaction.Current is { } current && ambient.Is(current);

    static InvalidOperationException ScopeEnded() => new("The TransactionScope has ended, and nothing more can be part of it. Begin again with another.");

    /// <summary>Notes that the session of a tenure must not serve anybody else.</summary>
    internal void Condemn(long tenure)
    {
        if (_tenure == tenure)
            _condemned = true;
    }

    /// <summary>Whether a reader is open.</summary>
    internal bool IsReading => _reader is { IsClosed: false };

    /// <summary>Notes which reader is open; the driver allows one at a time.</summary>
    internal void Reading(TenantDataReader reader) => _reader = reader;

    /// <summary>Whether a refused scope may be tried on another connection: nothing may hang on this one.</summary>
    internal bool CanReplace => !_isStopped && !IsInTransaction && System.Transactions.Transaction.Current is null;

    /// <summary>Whether it is in a transaction, its own or an ambient one: an ambient one that it takes no part in does not count.</summary>
    internal bool IsInTransaction => _transaction is not null || _ambient is { IsOver: false };

    /// <summary>
    /// Why what failed may go well elsewhere, although the server has seen the statement: it is a standby, and wrote nothing.
    /// </summary>
    internal string? ReasonToMove(Exception error) => Route.Replica is not null
        ? error is NpgsqlException { IsTransient: true, InnerException: not TimeoutException } ? "a standby failed" : null
        : error is PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } && !IsReadOnly
            && _inner is { } inner && Hosts.IsStandby(inner) ? "the server is a standby" : null;

    /// <summary>Notes that what was sent so far may have been committed.</summary>
    internal void Acknowledge() => _session?.Acknowledge();

    /// <summary>Whether the tenant's storage is full, by the limits of today.</summary>
    internal bool HasFullStorage => Form is not null && Route.Storage.IsFull;

    /// <summary>Says of a statement that adds or changes rows that there is no room for it.</summary>
    internal TenantStorageExceededException RefuseGrowth()
    {
        Route.Pool.Budget.Metrics.StorageRefused(Route.Pool.Key.Server);
        return Route.Storage.Refusal();
    }

    /// <summary>Counts rows that were returned or changed, none where the number is below zero; and their bytes, where those were counted.</summary>
    internal void CountRows(long rows, long bytes = 0)
    {
        if (rows > 0)
            _route?.Share.Usage?.Add(UsageMetric.Rows, rows);
        if (bytes > 0)
            _route?.Share.Usage?.Add(UsageMetric.Bytes, bytes);
    }

    /// <summary>Whether it is to be opened for reading only: not inside a transaction of others, which has one session.</summary>
    bool IsReader => IsReadOnly && _ambient is null;

    async Task<TenantTransaction> BeginTransactionAsync(IsolationLevel isolationLevel, bool async, CancellationToken cancellationToken)
    {
        _ = CheckedInner();
        var (driver, work) = await BeginAsync(isolationLevel, async, cancellationToken).ConfigureAwait(false);
        var transaction = new TenantTransaction(this, driver, work, isolationLevel);
        var isOpen = ReferenceEquals(_session, work.Session);
        if (isOpen)
            _transaction = transaction;
        await work.LeaveAsync(async).ConfigureAwait(false);
        return isOpen ? transaction : throw ClosedMeanwhile();
    }

    async Task<Session> LeaseReaderAsync(bool async, CancellationToken cancellationToken)
    {
        (_route, var session) = await _router.Readers.LeaseAsync(_route!, async, cancellationToken).ConfigureAwait(false);
        return session;
    }

    /// <summary>Gives a session up, unless it was closed since, and perhaps has another by now.</summary>
    bool TryGiveUp(Session session)
    {
        if (!ReferenceEquals(Interlocked.CompareExchange(ref _session, null, session), session))
            return false;
        (_inner, _reader) = (null, null);
        Lease++;
        return true;
    }

    void Take(Session session)
    {
        if (_route!.Isolation.HasOwnRelations)
            session.Visit(_route.Share);
        (_transaction, _sent, _condemned, _isTaken) = (null, null, false, true);
        _tenure = session.Occupancy.Begin();
        _inner = session.Connection;
        // Whoever closes it sees the session, or is seen to have closed it.
        Interlocked.Exchange(ref _session, session);
    }

    /// <summary>The backend went away: to whoever looks the connection is closed, and may be opened again.</summary>
    bool IsBroken => _inner is { State: not ConnectionState.Open };

    Tenant BeginOpening()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_inner is not null)
            throw new InvalidOperationException("The connection is already open.");
        var ambient = _context.Current ?? throw new NoTenantException();
        if (_route is not null && _route.Tenant.Id != ambient.Id)
            throw new TenantMismatchException();
        BeginTaking();
        if (_inner is not null)
        {
            EndTaking();
            throw new InvalidOperationException("The connection is already open.");
        }

        _isTaken = _isStopped = false;
        return ambient;
    }

    void Opened(Session session, System.Transactions.Transaction? transaction, int closings)
    {
        var ambient = _ambient;
        Take(session);
        if (Volatile.Read(ref _closings) != closings)
            throw ClosedMeanwhile();
        if (transaction is not null)
        {
            using (Work())
                ambient!.Begin(session, transaction);
        }

        _isOpenKnown = true;
        OnStateChange(ClosedToOpen);
    }

    System.Transactions.Transaction? TakePartIn(System.Transactions.Transaction? transaction)
    {
        if (transaction is null || !_route!.Pool.Enlists)
            return null;
        _ambient = AmbientTransaction.Enter(transaction, this);
        return transaction;
    }

    void EndOpening()
    {
        // What was taken is left by whoever closed it.
        if (!_isTaken && Interlocked.Exchange(ref _ambient, null) is { } ambient)
            ambient.Leave(this, ambient.Waiting);
        EndTaking();
    }

    static InvalidOperationException Closed() => new("The connection is not open. Open it inside the tenant's scope.");
}
