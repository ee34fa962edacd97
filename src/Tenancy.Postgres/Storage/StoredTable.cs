using Npgsql;
using NpgsqlTypes;

namespace Tenancy;

/// <summary>A table of tenants' data, and how its rows are weighed.</summary>
/// <param name="Name">Its name, quoted.</param>
/// <param name="Weight">An expression: the bytes of a row's values as they are stored, also those that are stored apart, which are not read for it.</param>
/// <param name="Total">Its bytes, with indexes and what is stored apart.</param>
/// <param name="Own">Its bytes without indexes.</param>
/// <param name="Rows">How many rows the server thinks it has; below zero where it does not know.</param>
internal sealed record StoredTable(string Name, string Weight, long Total, long Own, double Rows)
{
    /// <summary>What the header of a row takes beside its values.</summary>
    const int Header = 28;

    /// <summary>By how much indexes make a row heavier.</summary>
    public double Factor => Own > 0 ? (double)Total / Own : 1;

    /// <summary>An expression for the bytes that a set of rows takes.</summary>
    public string Weighed => $"coalesce(sum({Weight} + {Header}), 0)::bigint";

    /// <summary>The tables of a schema.</summary>
    /// <param name="connection">The migrator's, in the schema's database.</param>
    /// <param name="schema">The schema.</param>
    /// <param name="isolated">Whether only those count that tenants share.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public static async Task<List<StoredTable>> ReadAsync(
        NpgsqlConnection connection, string schema, bool isolated, CancellationToken cancellationToken)
    {
        const string Query =
            """
            select format('%I.%I', n.nspname, c.relname),
                   (select string_agg(format('coalesce(pg_column_size(t.%I), 0)', a.attname), ' + ') from pg_attribute a
                    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
                   coalesce(parts.total, pg_total_relation_size(c.oid), 0)::bigint, coalesce(parts.own, pg_table_size(c.oid), 0)::bigint,
                   coalesce(parts.guess, c.reltuples)::double precision
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            cross join lateral (select sum(pg_total_relation_size(p.relid)) as total, sum(pg_table_size(p.relid)) as own,
                                       sum(greatest(leaf.reltuples, 0)) filter (where p.isleaf) as guess
                                from pg_partition_tree(c.oid) p join pg_class leaf on leaf.oid = p.relid where c.relkind = 'p') as parts
            where n.nspname = $1 and c.relkind in ('r', 'p') and not c.relispartition
              and (not $2 or exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'tenancy_isolation'))
              and exists (select from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped)
            order by 1
            """;
        using var command = new NpgsqlCommand(Query, connection) { Parameters = { new() { Value = schema, NpgsqlDbType = NpgsqlDbType.Name }, new() { Value = isolated } } };
        var tables = new List<StoredTable>();
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                tables.Add(new StoredTable(reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetDouble(4)));
        }

        return tables;
    }
}
