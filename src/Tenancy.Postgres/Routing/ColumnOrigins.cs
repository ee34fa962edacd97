using System.Collections.ObjectModel;
using System.Data;
using System.Data.Common;
using Npgsql;
using Npgsql.Schema;
using NpgsqlTypes;

namespace Tenancy;

/// <summary>
/// Where the columns of a statement come from, for <see cref="CommandBehavior.KeyInfo"/>. The driver would open a second
/// connection to ask; here the statement is described first and the catalog asked on the connection there is.
/// </summary>
internal sealed class ColumnOrigins
{
    /// <summary>A key that begins with tenant_id is unique by the rest of it, to the tenant that looks.</summary>
    const string Query =
        """
        select a.attrelid, a.attnum, n.nspname::text, c.relname::text, a.attname::text, not a.attnotnull,
               a.attidentity <> '', case when a.atthasdef then (select pg_get_expr(d.adbin, c.oid) from pg_attrdef d where d.adrelid = c.oid and d.adnum = a.attnum) end,
               (c.relkind in ('r', 'p') or c.relkind in ('v', 'f') and pg_column_is_updatable(c.oid::regclass, a.attnum, false)) and a.attidentity <> 'a',
               exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary and a.attnum = any (i.indkey)),
               exists (select from pg_index i where i.indrelid = c.oid and i.indisunique
                       and (i.indnkeyatts = 1 and i.indkey[0] = a.attnum
                            or i.indnkeyatts = 2 and i.indkey[1] = a.attnum
                               and exists (select from pg_attribute t where t.attrelid = c.oid and t.attnum = i.indkey[0] and t.attname = 'tenant_id')))
        from unnest($1, $2) as wanted (relation, number)
        join pg_attribute a on a.attrelid = wanted.relation and a.attnum = wanted.number
        join pg_class c on c.oid = a.attrelid
        join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'v', 'm', 'p') and not a.attisdropped and n.nspname not in ('pg_catalog', 'information_schema')
        """;

    readonly Dictionary<(uint Table, short Number), ColumnOrigin> _origins = [];

    /// <summary>Describes the statements, then asks the catalog about the columns of all their results.</summary>
    public static async Task<ColumnOrigins> ReadAsync(
        TenantConnection connection, IScopedStatements statements, bool async, CancellationToken cancellationToken)
    {
        var wanted = await DescribeAsync(connection, statements, async, cancellationToken).ConfigureAwait(false);
        var origins = new ColumnOrigins();
        if (wanted.Count == 0)
            return origins;

        var command = connection.CreateCommand();
        command.CommandText = Query;
        command.Parameters.Add(new NpgsqlParameter { Value = wanted.Select(static column => column.Table).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Oid });
        command.Parameters.Add(new NpgsqlParameter { Value = wanted.Select(static column => column.Number).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Smallint });
        var reader = await ScopedExecution.ReadAsync(connection, command, CommandBehavior.Default, async, cancellationToken).ConfigureAwait(false);
        try
        {
            while (async ? await reader.ReadAsync(cancellationToken).ConfigureAwait(false) : reader.Read())
                origins._origins[(reader.GetFieldValue<uint>(0), reader.GetInt16(1))] = ColumnOrigin.Read(reader);
        }
        finally
        {
            await EndAsync(reader, async).ConfigureAwait(false);
        }

        return origins;
    }

    /// <summary>The driver's columns, with what is known of their origin.</summary>
    public ReadOnlyCollection<DbColumn> Describe(ReadOnlyCollection<NpgsqlDbColumn> columns) =>
        new([.. columns.Select(column => new TenantColumn(column, Of(column)))]);

    /// <summary>The driver's table, with what is known of the columns' origin.</summary>
    public DataTable? Tabulate(DataTable? table, ReadOnlyCollection<NpgsqlDbColumn> columns)
    {
        for (var i = 0; i < table?.Rows.Count; i++)
        {
            if (Of(columns[i]) is { } origin)
                origin.WriteTo(table.Rows[i], columns[i].ColumnName);
        }

        return table;
    }

    ColumnOrigin? Of(NpgsqlDbColumn column) =>
        column.ColumnAttributeNumber is { } number && _origins.TryGetValue((column.TableOID, number), out var origin) ? origin : null;

    static async Task<HashSet<(uint Table, short Number)>> DescribeAsync(
        TenantConnection connection, IScopedStatements statements, bool async, CancellationToken cancellationToken)
    {
        var wanted = new HashSet<(uint, short)>();
        var reader = await ScopedExecution.DescribeAsync(connection, statements, CommandBehavior.SchemaOnly, null, async, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            do
            {
                foreach (var column in reader.GetColumnSchema())
                {
                    if (column is NpgsqlDbColumn { TableOID: not 0, ColumnAttributeNumber: { } number } origin)
                        wanted.Add((origin.TableOID, number));
                }
            }
            while (async ? await reader.NextResultAsync(cancellationToken).ConfigureAwait(false) : reader.NextResult());
        }
        finally
        {
            await EndAsync(reader, async).ConfigureAwait(false);
        }

        return wanted;
    }

    static async Task EndAsync(TenantDataReader reader, bool async)
    {
        if (async)
            await reader.DisposeAsync().ConfigureAwait(false);
        else
            reader.Close();
    }
}
