namespace Tenancy;

/// <summary>Finds the tables of a tenant that hold rows by tenant, those that others refer to first.</summary>
internal static class IsolatedTables
{
    const string Columns =
        """
        select c.relname, a.attname, format_type(a.atttypid, a.atttypmod), coalesce(e.typname, b.typname), b.typcategory::text,
               a.attnotnull, a.atthasdef or a.attidentity <> '',
               a.attidentity <> '' or coalesce(pg_get_expr(d.adbin, d.adrelid) like 'nextval(%', false),
               exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary and a.attnum = any (i.indkey)),
               exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'c' and a.attnum = any (k.conkey)),
               case when b.typname in ('varchar', 'bpchar') and a.atttypmod > 4 then a.atttypmod - 4 end,
               (select l.enumlabel from pg_enum l where l.enumtypid = b.oid order by l.enumsortorder limit 1)
        from pg_class c
        join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.attname <> 'tenant_id'
        join pg_type t on t.oid = a.atttypid
        join pg_type b on b.oid = case when t.typtype = 'd' then t.typbasetype else t.oid end
        left join pg_type e on e.oid = b.typelem and b.typcategory = 'A'
        left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
        where c.relnamespace = to_regnamespace($1) and c.relkind in ('r', 'p') and not c.relispartition
          and exists (select from pg_attribute x where x.attrelid = c.oid and x.attname = 'tenant_id' and not x.attisdropped)
          and has_table_privilege(c.oid, 'select') and has_table_privilege(c.oid, 'insert')
        order by c.relname, a.attnum
        """;

    const string ForeignKeys =
        """
        select c.relname, a.attname, n.nspname, r.relname, f.attname
        from pg_constraint k
        join pg_class c on c.oid = k.conrelid
        join pg_class r on r.oid = k.confrelid
        join pg_namespace n on n.oid = r.relnamespace
        cross join unnest(k.conkey, k.confkey) as pair (own, other)
        join pg_attribute a on a.attrelid = c.oid and a.attnum = pair.own
        join pg_attribute f on f.attrelid = r.oid and f.attnum = pair.other
        where k.contype = 'f' and c.relnamespace = to_regnamespace($1) and a.attname <> 'tenant_id'
        """;

    public static async Task<IReadOnlyList<IsolatedTable>> ReadAsync(TenantConnection connection, CancellationToken cancellationToken)
    {
        var schema = connection.Tenant!.Placement.Schema;
        var columns = await RowsAsync(connection, Columns, schema, static reader => (Table: reader.GetString(0), Column: new IsolatedColumn(
            reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4)[0], reader.GetBoolean(5), reader.GetBoolean(6),
            reader.GetBoolean(7), reader.GetBoolean(8), reader.GetBoolean(9), reader.IsDBNull(10) ? null : reader.GetInt32(10),
            reader.IsDBNull(11) ? null : reader.GetString(11))), cancellationToken).ConfigureAwait(false);
        var references = await RowsAsync(connection, ForeignKeys, schema, static reader => (Table: reader.GetString(0), Reference: new Reference(
            reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4))), cancellationToken).ConfigureAwait(false);
        return Order([.. columns.GroupBy(column => column.Table).Select(table => new IsolatedTable(
            schema, table.Key, [.. table.Select(column => column.Column)],
            [.. references.Where(reference => reference.Table == table.Key).Select(reference => reference.Reference)]))]);
    }

    /// <summary>Referenced tables before those that refer to them; what refers to each other in a ring comes as it is.</summary>
    static List<IsolatedTable> Order(List<IsolatedTable> tables)
    {
        var ordered = new List<IsolatedTable>();
        while (tables.Count > 0)
        {
            var next = tables.Find(table => !table.References.Any(reference => reference.Table != table.Name && tables.Exists(other => other.Name == reference.Table))) ?? tables[0];
            tables.Remove(next);
            ordered.Add(next);
        }

        return ordered;
    }

    static async Task<List<T>> RowsAsync<T>(
        TenantConnection connection, string sql, string schema, Func<TenantDataReader, T> read, CancellationToken cancellationToken)
    {
        var rows = new List<T>();
        var command = connection.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            command.CommandText = sql;
            var name = command.CreateParameter();
            name.Value = SqlIdentifier.Quote(schema);
            command.Parameters.Add(name);
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                    rows.Add(read(reader));
            }
        }

        return rows;
    }
}
