using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace Tenancy;

/// <summary>Estimates what all tenants of a server store, by a few queries in its shared database.</summary>
internal sealed class StorageEstimate(TenantServer server, string applicationSchema)
{
    /// <summary>Tables up to this size are read whole.</summary>
    const long Small = 16L << 20;

    /// <summary>How many rows of a tenant near its quota a sample should have: about 3 % off then, where rows lie scattered.</summary>
    const double RowsInSample = 1000;

    /// <summary>The least part of a table that is sampled, in hundredths.</summary>
    const double LeastSample = 0.1;

    /// <param name="connection">The migrator's, in the shared database.</param>
    /// <param name="tenants">The tenants of this server, with the quota of each.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<Dictionary<TenantId, StorageFigures>> EstimateAsync(
        NpgsqlConnection connection, IReadOnlyCollection<(Tenant Tenant, StorageLimits Limits)> tenants, CancellationToken cancellationToken)
    {
        var found = new Dictionary<TenantId, StorageFigures>();
        if (Of(TenantIsolation.Row) is { Length: > 0 } rows)
            await SampleAsync(connection, rows, found, cancellationToken).ConfigureAwait(false);
        if (Of(TenantIsolation.Schema) is { Length: > 0 } schemas)
        {
            await ReadAsync(connection, Schemas, [.. schemas.Select(static tenant => tenant.Tenant.Placement.Schema)],
                schemas.ToDictionary(static tenant => tenant.Tenant.Placement.Schema, static tenant => tenant.Tenant.Id), found, cancellationToken).ConfigureAwait(false);
        }

        if (Of(TenantIsolation.Database) is { Length: > 0 } databases)
        {
            await ReadAsync(connection, Databases, [.. databases.Select(static tenant => tenant.Tenant.Placement.Database)],
                databases.ToDictionary(static tenant => tenant.Tenant.Placement.Database, static tenant => tenant.Tenant.Id), found, cancellationToken,
                server.TemplateDatabase).ConfigureAwait(false);
        }

        return found;

        (Tenant Tenant, StorageLimits Limits)[] Of(TenantIsolation isolation) => [.. tenants.Where(tenant => tenant.Tenant.Placement.Isolation == isolation)];
    }

    /// <summary>By the pages that the last vacuum or analyze counted, and 32 kB for what it does not; one query for all schemas.</summary>
    const string Schemas =
        """
        select n.nspname,
               (sum(c.relpages + coalesce(i.pages, 0) + coalesce(t.relpages, 0)) * current_setting('block_size')::bigint + count(*) * 32768)::bigint,
               count(*), max(greatest(c.reltuples, 0))::bigint
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        left join pg_class t on t.oid = c.reltoastrelid
        left join (select x.indrelid, sum(p.relpages) as pages from pg_index x join pg_class p on p.oid = x.indexrelid group by 1) as i on i.indrelid = c.oid
        where n.nspname = any ($1) and c.relkind = 'r'
        group by n.nspname
        """;

    /// <summary>What is in a database beside what every new one has.</summary>
    const string Databases =
        """
        select datname, greatest(0, pg_database_size(oid) - (select pg_database_size(oid) from pg_database where datname = $2)), 0::bigint, 0::bigint
        from pg_database where datname = any ($1)
        """;

    static async Task ReadAsync(
        NpgsqlConnection connection, string query, string[] names, Dictionary<string, TenantId> byName,
        Dictionary<TenantId, StorageFigures> found, CancellationToken cancellationToken, string? template = null)
    {
        using var command = new NpgsqlCommand(query, connection) { CommandTimeout = 0 };
        command.Parameters.Add(new NpgsqlParameter { Value = names, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Name });
        if (template is not null)
            command.Parameters.Add(new NpgsqlParameter { Value = template, NpgsqlDbType = NpgsqlDbType.Name });
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                found[byName[reader.GetString(0)]] = new StorageFigures(reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), IsExact: false);
        }
    }

    /// <summary>Shared tables: each tenant's part of a sample of the rows is its part of the table, with indexes and all.</summary>
    async Task SampleAsync(
        NpgsqlConnection connection, (Tenant Tenant, StorageLimits Limits)[] tenants, Dictionary<TenantId, StorageFigures> found,
        CancellationToken cancellationToken)
    {
        var known = tenants.Select(static tenant => tenant.Tenant.Id).ToHashSet();
        var least = tenants.Min(static tenant => tenant.Limits.QuotaBytes) ?? long.MaxValue;
        foreach (var table in await StoredTable.ReadAsync(connection, applicationSchema, isolated: true, cancellationToken).ConfigureAwait(false))
        {
            var percent = PercentOf(table, least);
            using var command = new NpgsqlCommand(string.Create(CultureInfo.InvariantCulture,
                $"select t.tenant_id, count(*), {table.Weighed} from {table.Name} as t tablesample system ({percent}) group by 1"), connection) { CommandTimeout = 0 };
            var sampled = new List<(TenantId Tenant, long Rows, long Bytes)>();
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                    sampled.Add((new TenantId(reader.GetGuid(0)), reader.GetInt64(1), reader.GetInt64(2)));
            }

            var all = Math.Max(1, sampled.Sum(static part => (double)part.Bytes));
            foreach (var (tenant, rows, bytes) in sampled.Where(part => known.Contains(part.Tenant)))
                found[tenant] = found.GetValueOrDefault(tenant).Plus(bytes / all * table.Total, (long)(rows * 100 / percent));
        }

        // Who has nothing has zero.
        foreach (var id in known)
            found.TryAdd(id, default);
    }

    static double PercentOf(StoredTable table, long leastQuota)
    {
        if (table.Total <= Small || table.Rows <= 0)
            return 100;
        var rowsNearQuota = leastQuota * StorageVerdict.Near / (table.Total / table.Rows);
        return Math.Round(Math.Clamp(100 * RowsInSample / Math.Max(1, rowsNearQuota), LeastSample, 100), 3);
    }
}
