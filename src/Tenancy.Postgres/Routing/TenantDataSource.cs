using System.Data.Common;

namespace Tenancy;

/// <summary>
/// The data of whichever tenant is in scope, as an ordinary <see cref="DbDataSource"/>. A singleton: opening a
/// connection captures the ambient tenant, and every statement on that connection reaches that tenant's rows only.
/// </summary>
public sealed class TenantDataSource : DbDataSource
{
    readonly TenantRouter _router;
    readonly ITenantContext _context;

    internal TenantDataSource(TenantRouter router, ITenantContext context)
        : this(router, context, isReadOnly: false) => ReadOnly = new TenantDataSource(router, context, isReadOnly: true);

    TenantDataSource(TenantRouter router, ITenantContext context, bool isReadOnly)
    {
        _router = router;
        _context = context;
        IsReadOnly = isReadOnly;
        ReadOnly = this;
    }

    /// <summary>The key under which <see cref="ReadOnly"/> is registered: <c>[FromKeyedServices(TenantDataSource.ReadOnlyKey)]</c>.</summary>
    public const string ReadOnlyKey = "read-only";

    /// <summary>
    /// The same data for code that only reads: from a standby where the server has one that holds all that this process wrote
    /// for the tenant, from the primary otherwise. A write is refused by the server (25006) at either. Inside a
    /// <c>TransactionScope</c> its connections are ordinary ones, part of the transaction.
    /// </summary>
    public TenantDataSource ReadOnly { get; }

    /// <summary>Whether its connections only read.</summary>
    public bool IsReadOnly { get; }

    /// <summary>Whose connections are opened.</summary>
    internal ITenantContext Tenants => _context;

    /// <summary>Empty: where a connection leads depends on the tenant, and no connection string is shown.</summary>
    public override string ConnectionString => "";

    /// <summary>Makes a connection that captures the ambient tenant when it is opened.</summary>
    public new TenantConnection CreateConnection() => new(_router, _context, IsReadOnly);

    /// <summary>Opens a connection of the ambient tenant.</summary>
    /// <exception cref="NoTenantException">No tenant is in scope.</exception>
    /// <exception cref="TenantUnavailableException">The tenant is suspended, not ready, or gone.</exception>
    /// <exception cref="IsolationProofException">Its database does not keep tenants apart.</exception>
    public new TenantConnection OpenConnection()
    {
        var connection = CreateConnection();
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <inheritdoc cref="OpenConnection"/>
    public new ValueTask<TenantConnection> OpenConnectionAsync(CancellationToken cancellationToken = default)
    {
        var connection = CreateConnection();
        var opening = connection.OpenAsync(cancellationToken);
        // With a connection at hand, nothing has to be awaited.
        return opening.IsCompletedSuccessfully ? new ValueTask<TenantConnection>(connection) : FinishAsync(connection, opening);
    }

    static async ValueTask<TenantConnection> FinishAsync(TenantConnection connection, Task opening)
    {
        try
        {
            await opening.ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Where the ambient tenant is, for what needs no connection of the pool.</summary>
    internal async ValueTask<TenantRoute> RouteAsync(CancellationToken cancellationToken)
    {
        var route = await _router.RouteAsync(_context.Current ?? throw new NoTenantException(), cancellationToken).ConfigureAwait(false);
        return IsReadOnly ? await _router.Readers.ToAsync(route, null, async: true, cancellationToken).ConfigureAwait(false) : route;
    }

    /// <summary>Makes a batch that opens a connection of the ambient tenant each time it is executed.</summary>
    protected override DbBatch CreateDbBatch() => new DataSourceBatch(this);

    /// <inheritdoc/>
    protected override DbConnection CreateDbConnection() => CreateConnection();

    /// <inheritdoc/>
    protected override DbConnection OpenDbConnection() => OpenConnection();

    /// <inheritdoc/>
    protected override async ValueTask<DbConnection> OpenDbConnectionAsync(CancellationToken cancellationToken = default) =>
        await OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
}
