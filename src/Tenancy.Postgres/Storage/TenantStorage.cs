using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Tenancy;

/// <summary>Measures what tenants store, tells of thresholds, and keeps what all processes measured.</summary>
internal sealed class TenantStorage(
    ITenantCatalog catalog, IsolationStrategies strategies, StorageBook book, UsageConnections connections, RouterMetrics metrics,
    IEnumerable<ITenantStorageObserver> observers, TimeProvider time, ILogger<TenantStorage> logger) : ITenantStorage
{
    /// <summary>One in so many is counted although it is far from its quota: pages are known only as of the last vacuum.</summary>
    const int Rotation = 10;

    readonly StorageCount _count = new(strategies);
    int _round = Random.Shared.Next(Rotation);
    DateTimeOffset _heard = DateTimeOffset.UnixEpoch;

    public StorageReading? Read(TenantId tenant) => book.Find(tenant)?.Reading;

    public async Task<StorageReading> MeasureAsync(Tenant tenant, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        var snapshot = catalog.Current;
        if (!snapshot.TryFind(tenant.Id, out var now))
            throw new TenantUnavailableException(tenant, null);
        var limits = StorageQuotas.Of(now, snapshot, logger);
        var figures = await _count.CountAsync(now, limits, cancellationToken).ConfigureAwait(false);
        await StoreAsync([(now, limits ?? new StorageLimits(), figures)], snapshot, cancellationToken).ConfigureAwait(false);
        return Read(now.Id)!;
    }

    /// <summary>The tenants with a quota, by server.</summary>
    public static ILookup<string, (Tenant Tenant, StorageLimits Limits)> WithQuota(TenantCatalogSnapshot snapshot) => snapshot.Tenants
        .Where(static tenant => tenant.Status is TenantStatus.Active or TenantStatus.Suspended)
        .Select(tenant => (Tenant: tenant, Limits: StorageQuotas.Of(tenant, snapshot, NullLogger.Instance)!))
        .Where(static tenant => tenant.Limits is { QuotaBytes: not null } or { MaxRows: not null } or { MaxTables: not null })
        .ToLookup(static tenant => tenant.Tenant.Placement.Server, StringComparer.Ordinal);

    /// <summary>Measures the tenants of one server, one after another: estimates them all, and counts those near their quota.</summary>
    public async Task MeasureAsync(
        string name, IReadOnlyCollection<(Tenant Tenant, StorageLimits Limits)> tenants, TenantCatalogSnapshot snapshot, CancellationToken cancellationToken)
    {
        var server = strategies.Servers.Get(name);
        var connection = await server.OpenMigratorAsync(server.SharedDatabase, cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var found = await new StorageEstimate(server, strategies.Servers.ApplicationSchema)
                .EstimateAsync(connection, tenants, cancellationToken).ConfigureAwait(false);
            _round++;
            var estimated = new List<(Tenant, StorageLimits, StorageFigures)>();
            foreach (var (tenant, limits) in tenants)
            {
                var isKnown = found.TryGetValue(tenant.Id, out var figures);
                if (isKnown && !IsDue(tenant, limits, figures))
                    estimated.Add((tenant, limits, figures));
                else if (await TryCountAsync(connection, tenant, limits, cancellationToken).ConfigureAwait(false) is { } counted)
                    await StoreAsync([(tenant, limits, counted)], snapshot, cancellationToken).ConfigureAwait(false);
            }

            await StoreAsync(estimated, snapshot, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes in what other processes measured, and what the catalog says now.</summary>
    public async Task HearAsync(CancellationToken cancellationToken)
    {
        // A little before what was last heard: of two calls that overlap, the earlier one may have ended later.
        var rows = await connections.ReadAsync("select * from tenancy_usage.stored_since($1)",
            parameters => parameters.AddTyped(_heard.UtcDateTime),
            static row => (Tenant: new TenantId(row.GetGuid(0)), Reading: new StorageReading(
                row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetBoolean(4), row.GetFieldValue<DateTimeOffset>(5),
                row.IsDBNull(6) ? null : row.GetFieldValue<DateTimeOffset>(6), IsFull: false)), cancellationToken).ConfigureAwait(false);
        var (snapshot, now) = (catalog.Current, time.GetUtcNow());
        foreach (var (tenant, reading) in rows)
        {
            if (snapshot.TryFind(tenant, out _))
                book.Of(tenant).Measured(reading, now);
        }

        if (rows.Count > 0)
            _heard = rows.Max(static row => row.Reading.Measured) - TimeSpan.FromMinutes(1);
        book.Follow(snapshot);
    }

    bool IsDue(Tenant tenant, StorageLimits limits, StorageFigures figures) =>
        StorageVerdict.IsNear(limits, figures.Bytes, figures.MostRows)
        || Read(tenant.Id) is { IsExact: true } before && StorageVerdict.IsNear(limits, before.Bytes, before.MostRows)
        || tenant.Placement.Isolation != TenantIsolation.Row && (uint)(tenant.Id.GetHashCode() + _round) % Rotation == 0;

    async Task<StorageFigures?> TryCountAsync(
        NpgsqlConnection shared, Tenant tenant, StorageLimits limits, CancellationToken cancellationToken)
    {
        try
        {
            return tenant.Placement.Isolation == TenantIsolation.Database
                ? await _count.CountAsync(tenant, limits, cancellationToken).ConfigureAwait(false)
                : await StorageCount.CountAsync(shared, tenant, limits, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException && shared.State == System.Data.ConnectionState.Open)
        {
            // It may be on its way out. Others are not to wait because of it.
            Log.StorageNotCounted(logger, tenant.Id, (e as PostgresException)?.SqlState ?? e.GetType().Name);
            return null;
        }
    }

    async Task StoreAsync(
        List<(Tenant Tenant, StorageLimits Limits, StorageFigures Figures)> measured, TenantCatalogSnapshot snapshot,
        CancellationToken cancellationToken)
    {
        if (measured.Count == 0)
            return;
        var levels = measured.Select(static one => StorageLevels.Of(one.Limits, one.Figures)).ToArray();
        var stored = await connections.ReadAsync("select * from tenancy_usage.store($1, $2, $3, $4, $5, $6, $7, $8, $9)", parameters =>
        {
            parameters.AddTyped(Column(static one => one.Tenant.Id.Value));
            parameters.AddTyped(Column(static one => one.Figures.Bytes));
            parameters.AddTyped(Column(static one => one.Figures.Tables));
            parameters.AddTyped(Column(static one => one.Figures.MostRows));
            parameters.AddTyped(Column(static one => one.Figures.IsExact));
            parameters.AddTyped(Column(static one => one.Figures.IsExact && StorageVerdict.IsOver(one.Limits, one.Figures.Bytes, one.Figures.MostRows)));
            parameters.AddTyped(Array.ConvertAll(levels, static level => level.Bytes));
            parameters.AddTyped(Array.ConvertAll(levels, static level => level.Rows));
            parameters.AddTyped(Array.ConvertAll(levels, static level => level.Tables));
        }, static row => (
            Index: (int)row.GetInt64(0) - 1, Measured: row.GetFieldValue<DateTimeOffset>(1),
            Since: row.IsDBNull(2) ? (DateTimeOffset?)null : row.GetFieldValue<DateTimeOffset>(2),
            Before: new StorageLevels(row.GetInt32(3), row.GetInt32(4), row.GetInt32(5))), cancellationToken).ConfigureAwait(false);
        foreach (var (index, at, since, before) in stored)
        {
            var (tenant, limits, figures) = measured[index];
            var state = book.Of(tenant.Id);
            book.Follow(state, tenant, snapshot);
            state.Measured(new StorageReading(figures.Bytes, figures.Tables, figures.MostRows, figures.IsExact, at, since, IsFull: false), time.GetUtcNow());
            foreach (var threshold in levels[index].Above(before, tenant, limits, figures))
                await TellAsync(threshold, cancellationToken).ConfigureAwait(false);
        }

        T[] Column<T>(Func<(Tenant Tenant, StorageLimits Limits, StorageFigures Figures), T> read) => [.. measured.Select(read)];
    }

    async Task TellAsync(StorageThreshold threshold, CancellationToken cancellationToken)
    {
        Log.StorageThreshold(logger, threshold.Tenant.Id, threshold.Percent, threshold.Resource, threshold.Used, threshold.Quota);
        metrics.StorageThreshold(threshold.Tenant.Placement.Server, threshold.Percent);
        foreach (var observer in observers)
        {
            try
            {
                await observer.OnThresholdAsync(threshold, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log.ObserverFailed(logger, e);
            }
        }
    }
}
