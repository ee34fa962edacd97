using System.Data;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Tenancy;

/// <summary>The catalog in PostgreSQL: an immutable snapshot in memory, brought up to date by what changed since.</summary>
internal sealed class PostgresTenantCatalog : ITenantCatalog, ITenantCatalogWriter, IAsyncDisposable, IDisposable
{
    /// <summary>One to refresh, one to write.</summary>
    const int MaxConnections = 2;

    /// <summary>What a process holds in the catalog's database: those, the one that listens, and the ledger of limits.</summary>
    public const int Connections = MaxConnections + 1 + PostgresLimitLedger.Connections;

    /// <summary>Traces of removed tenants are kept for 7 days; a snapshot older than this is read anew as a whole.</summary>
    static readonly TimeSpan FullReadAfter = TimeSpan.FromDays(1);

    readonly IOptions<PostgresOptions> _options;
    readonly Lazy<NpgsqlDataSource> _connections;
    readonly TimeProvider _time;
    readonly SemaphoreSlim _refreshing = new(1, 1);
    TenantCatalogSnapshot _current = TenantCatalogSnapshot.Empty;

    public PostgresTenantCatalog(IOptions<PostgresOptions> options, TimeProvider time, ILoggerFactory loggers)
    {
        _options = options;
        _time = time;
        // When first used: middleware is constructed with a catalog before the host has validated its options.
        _connections = new(() =>
        {
            var settings = new NpgsqlConnectionStringBuilder(options.Value.Catalog) { MaxPoolSize = MaxConnections, MinPoolSize = 0, Enlist = false };
            Hosts.ToPrimary(settings);
            return new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = "catalog" }.UseLoggerFactory(loggers).Build();
        });
    }

    /// <summary>Its connections, two at most: whoever else uses them takes one at a time.</summary>
    public NpgsqlDataSource Source => _connections.Value;

    public TenantCatalogSnapshot Current => Volatile.Read(ref _current);

    public async Task<TenantCatalogSnapshot> RefreshAsync(CancellationToken cancellationToken = default)
    {
        await _refreshing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var known = Current;
            var now = _time.GetUtcNow();
            var since = now - known.AsOf > FullReadAfter ? TenantCatalogSnapshot.Empty : known;
            var next = await ReadAsync(since, now, cancellationToken).ConfigureAwait(false);
            Volatile.Write(ref _current, next);
            return next;
        }
        finally
        {
            _refreshing.Release();
        }
    }

    public async Task<Tenant> AddAsync(Tenant tenant, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        const string Insert =
            "insert into tenancy_catalog.tenants (id, slug, name, tier, status, isolation, server, database, schema, settings, migration_version, created, guard) " +
            "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) returning " + TenantRow.Columns;
        return (await WriteAsync(Insert, tenant, cancellationToken).ConfigureAwait(false))!;
    }

    public async Task<Tenant> UpdateAsync(Tenant tenant, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        const string Update =
            "update tenancy_catalog.tenants set slug = $2, name = $3, tier = $4, status = $5, isolation = $6, server = $7, database = $8, " +
            "schema = $9, settings = $10, migration_version = $11, created = $12, guard = $13, version = version + 1 " +
            "where id = $1 and version = $14 returning " + TenantRow.Columns;
        return await WriteAsync(Update, tenant, cancellationToken).ConfigureAwait(false)
            ?? throw new TenantConflictException($"The tenant '{tenant}' was changed or removed meanwhile. Read it again, and repeat the change.");
    }

    public async Task RemoveAsync(TenantId id, CancellationToken cancellationToken = default)
    {
        using var command = Source.CreateCommand("delete from tenancy_catalog.tenants where id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id.Value });
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        await RefreshAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task SeedTiersAsync(IEnumerable<Tier> tiers, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tiers);
        foreach (var tier in tiers)
        {
            using var command = Source.CreateCommand(
                "insert into tenancy_catalog.tiers (name, isolation, limits) values ($1, $2, $3::jsonb) on conflict do nothing");
            command.Parameters.AddRange((NpgsqlParameter[])
            [
                new() { Value = tier.Name }, new() { Value = TenantRow.Write(tier.Isolation) }, new() { Value = TierLimits.Write(tier) },
            ]);
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Keeps other processes from working on the same tenant until what is returned is disposed. In the catalog's
    /// database, where no tenant's statement can take the lock first.
    /// </summary>
    /// <param name="id">The tenant.</param>
    /// <param name="server">The server the catalog is on, whose budget counts the connection; none if it is on one of its own.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<IAsyncDisposable> HoldAsync(TenantId id, TenantServer? server, CancellationToken cancellationToken)
    {
        // Not pooled: a lifecycle may take minutes, and several must not use up the catalog's connections.
        var settings = new NpgsqlConnectionStringBuilder(_options.Value.Catalog) { Pooling = false, Enlist = false }.ConnectionString;
        NpgsqlConnection connection;
        if (server is not null)
        {
            connection = await server.OpenHoldAsync(settings, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            connection = new NpgsqlConnection(Hosts.ToPrimary(settings));
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        }

        try
        {
            // Held by a transaction that is never committed; closing the connection ends both.
            using var command = new NpgsqlCommand("begin; select pg_advisory_xact_lock(hashtextextended(@id, 0))", connection) { CommandTimeout = 0 };
            command.Parameters.Add(new NpgsqlParameter<string>("id", id.ToString()));
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public void Dispose()
    {
        if (_connections.IsValueCreated)
            Source.Dispose();
        _refreshing.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        if (_connections.IsValueCreated)
            await Source.DisposeAsync().ConfigureAwait(false);
        _refreshing.Dispose();
    }

    async Task<Tenant?> WriteAsync(string statement, Tenant tenant, CancellationToken cancellationToken)
    {
        Tenant? written;
        try
        {
            written = await ExecuteAsync(statement, tenant, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            throw new TenantConflictException($"The slug '{tenant.Slug}' is taken. Choose another.", e);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            throw new ArgumentException($"The catalog has no tier '{tenant.Tier}'. Configure it under Tenancy:Tiers.", nameof(tenant), e);
        }

        // What this process wrote, it sees at once; others hear of it.
        await RefreshAsync(cancellationToken).ConfigureAwait(false);
        return written;
    }

    async Task<Tenant?> ExecuteAsync(string statement, Tenant tenant, CancellationToken cancellationToken)
    {
        using var command = Source.CreateCommand(statement);
        TenantRow.AddTo(command.Parameters, tenant);
        if (statement.StartsWith("update", StringComparison.Ordinal))
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = tenant.Version });
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
            return await reader.ReadAsync(cancellationToken).ConfigureAwait(false) ? TenantRow.Read(reader) : null;
    }

    async Task<TenantCatalogSnapshot> ReadAsync(
        TenantCatalogSnapshot since, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var connection = await Source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            // One view of all three tables: else a change between two of them would be skipped for good.
            var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                var next = await ReadAsync(connection, since, now, cancellationToken).ConfigureAwait(false);
                await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
                return next;
            }
        }
    }

    static async Task<TenantCatalogSnapshot> ReadAsync(
        NpgsqlConnection connection, TenantCatalogSnapshot since, DateTimeOffset now, CancellationToken cancellationToken)
    {
        using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Since($"select {TenantRow.Columns} from tenancy_catalog.tenants where revision > $1", since.Revision));
        batch.BatchCommands.Add(Since("select id, revision from tenancy_catalog.removed where revision > $1", since.Revision));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select name, isolation, limits::text, revision from tenancy_catalog.tiers"));
        var (changed, removed, tiers) = (new List<Tenant>(), new List<TenantId>(), new List<Tier>());
        var revision = since.Revision;
        var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                changed.Add(TenantRow.Read(reader));
                revision = Math.Max(revision, reader.GetInt64(TenantRow.RevisionOrdinal));
            }

            await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                removed.Add(new TenantId(reader.GetGuid(0)));
                revision = Math.Max(revision, reader.GetInt64(1));
            }

            await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                tiers.Add(TierLimits.Read(reader.GetString(0), TenantRow.ReadIsolation(reader.GetString(1)), reader.GetString(2)));
                revision = Math.Max(revision, reader.GetInt64(3));
            }
        }

        return since.With(changed, removed, tiers, revision, now);
    }

    static NpgsqlBatchCommand Since(string query, long revision) =>
        new(query) { Parameters = { new NpgsqlParameter<long> { TypedValue = revision } } };
}
