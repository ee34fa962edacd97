using Npgsql;

namespace Tenancy;

/// <summary>Counts exactly what one tenant stores.</summary>
internal sealed class StorageCount(IsolationStrategies strategies)
{
    public async Task<StorageFigures> CountAsync(Tenant tenant, StorageLimits? limits, CancellationToken cancellationToken)
    {
        var place = tenant.Placement;
        var connection = await strategies.Servers.Get(place.Server).OpenMigratorAsync(place.Database, cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
            return await CountAsync(connection, tenant, limits, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The same on a connection of the migrator's to the tenant's database.</summary>
    public static async Task<StorageFigures> CountAsync(
        NpgsqlConnection connection, Tenant tenant, StorageLimits? limits, CancellationToken cancellationToken)
    {
        var shared = tenant.Placement.Isolation == TenantIsolation.Row;
        var tables = await StoredTable.ReadAsync(connection, tenant.Placement.Schema, shared, cancellationToken).ConfigureAwait(false);
        if (shared)
            return await WeighAsync(connection, tables, tenant.Id, cancellationToken).ConfigureAwait(false);
        var sizes = tables.Aggregate(new StorageFigures { IsExact = true }, static (sum, table) => sum.Plus(table.Total, (long)table.Rows));
        // The files of a table do not shrink when rows are deleted: who is at the end is weighed, so that deleting helps.
        if (limits?.MaxRows is null && !(sizes.Bytes > limits?.QuotaBytes))
            return sizes;
        var weighed = await WeighAsync(connection, tables, null, cancellationToken).ConfigureAwait(false);
        return weighed with { Bytes = Math.Min(weighed.Bytes, sizes.Bytes) };
    }

    /// <summary>Weighs the rows of one tenant, or all there are; with their part of the indexes.</summary>
    static async Task<StorageFigures> WeighAsync(
        NpgsqlConnection connection, List<StoredTable> tables, TenantId? only, CancellationToken cancellationToken)
    {
        var sum = new StorageFigures { IsExact = true };
        foreach (var table in tables)
        {
            using var command = new NpgsqlCommand(
                $"select count(*), {table.Weighed} from {table.Name} as t{(only is null ? "" : " where t.tenant_id = $1")}", connection) { CommandTimeout = 0 };
            if (only is { } tenant)
                command.Parameters.AddTyped(tenant.Value);
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                sum = sum.Plus(reader.GetInt64(1) * table.Factor, reader.GetInt64(0));
            }
        }

        return sum;
    }
}
