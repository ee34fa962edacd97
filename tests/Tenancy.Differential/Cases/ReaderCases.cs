namespace Tenancy.Differential.Cases;

/// <summary>Readers: every getter, states, streaming, and what is known of columns.</summary>
public static class ReaderCases
{
    const string Row = "select 1::smallint a, 2 b, 3::bigint c, 1.5::real d, 2.5::float8 e, 3.5::numeric f, 'text' g, true h, 'x'::\"char\" i, '0b8bd0f4-8f9e-4f43-a1f1-77a7a8ae9a4d'::uuid j, timestamp '2026-01-02' k, null::text l, '\\x0102'::bytea m";

    static readonly (string Name, Func<DbDataReader, int, object?> Get)[] Getters =
    [
        ("GetBoolean", (r, i) => r.GetBoolean(i)), ("GetByte", (r, i) => r.GetByte(i)), ("GetChar", (r, i) => r.GetChar(i)), ("GetDateTime", (r, i) => r.GetDateTime(i)), ("GetDecimal", (r, i) => r.GetDecimal(i)),
        ("GetDouble", (r, i) => r.GetDouble(i)), ("GetFloat", (r, i) => r.GetFloat(i)), ("GetGuid", (r, i) => r.GetGuid(i)), ("GetInt16", (r, i) => r.GetInt16(i)), ("GetInt32", (r, i) => r.GetInt32(i)), ("GetInt64", (r, i) => r.GetInt64(i)),
        ("GetString", (r, i) => r.GetString(i)), ("GetValue", (r, i) => r.GetValue(i)), ("IsDBNull", (r, i) => r.IsDBNull(i)), ("indexer", (r, i) => r[i]), ("GetName", (r, i) => r.GetName(i)), ("GetDataTypeName", (r, i) => r.GetDataTypeName(i)),
        ("GetFieldType", (r, i) => r.GetFieldType(i)), ("GetProviderSpecificFieldType", (r, i) => r.GetProviderSpecificFieldType(i)), ("GetProviderSpecificValue", (r, i) => r.GetProviderSpecificValue(i)),
        ("GetFieldValue<int?>", (r, i) => r.GetFieldValue<int?>(i)), ("GetFieldValue<DateOnly>", (r, i) => r.GetFieldValue<DateOnly>(i)), ("GetFieldValue<ReadOnlyMemory<byte>>", (r, i) => r.GetFieldValue<ReadOnlyMemory<byte>>(i).Length),
        ("GetBytes", (r, i) => $"{r.GetBytes(i, 0, null, 0, 0)} {r.GetBytes(i, 1, new byte[8], 0, 8)}"), ("GetChars", (r, i) => $"{r.GetChars(i, 0, null, 0, 0)} {r.GetChars(i, 1, new char[8], 0, 8)}"),
    ];

    public static IEnumerable<Scenario> All =>
    [
        .. Getters.Select(getter => new Scenario($"getter {getter.Name}", async session =>
        {
            var reader = await session.ReaderAsync(session.Command(Row));
            await session.TryAsync("before a row", () => getter.Get(reader, 0));
            await session.ReadAsync(reader);
            for (var i = 0; i < reader.FieldCount; i++)
            {
                var column = i;
                await session.TryAsync($"column {i}", () => getter.Get(reader, column));
            }

            await session.TryAsync("beyond", () => getter.Get(reader, 99));
            await session.TryAsync("below", () => getter.Get(reader, -1));
            await session.ReadAsync(reader);
            await session.TryAsync("after the rows", () => getter.Get(reader, 0));
            await session.EndAsync(reader);
            await session.TryAsync("closed", () => getter.Get(reader, 0));
        })),
        new("GetOrdinal and the indexer by name", async session =>
        {
            var reader = await session.ReaderAsync(session.Command("select 1 as \"One\", 2 as one, 3 as two"));
            await session.ReadAsync(reader);
            foreach (var name in new[] { "One", "one", "ONE", "two", "TWO", "three" })
            {
                await session.TryAsync(name, () => reader.GetOrdinal(name));
                await session.TryAsync(name, () => reader[name]);
            }

            await session.EndAsync(reader);
        }),
        new("GetValues", async session =>
        {
            var reader = await session.ReaderAsync(session.Command("select 1, 'a', null::int"));
            await session.ReadAsync(reader);
            foreach (var length in new[] { 0, 2, 3, 5 })
            {
                var values = new object[length];
                session.Note($"into {length}", reader.GetValues(values));
                session.Note("values", values);
                session.Note("provider's", reader.GetProviderSpecificValues(values));
            }

            await session.EndAsync(reader);
        }),
        new("a reader that is closed", async session =>
        {
            var reader = await session.ReaderAsync(session.Command("insert into notes (id, mark) values (70, 'x') returning id"));
            if (session.Async)
                await reader.CloseAsync();
            else
                reader.Close();
            session.Note("closed", reader.IsClosed);
            session.Note("affected", reader.RecordsAffected);
            await session.TryAsync("read", async () => await session.ReadAsync(reader));
            await session.TryAsync("next", async () => await session.NextAsync(reader));
            await session.TryAsync("fields", () => reader.FieldCount);
            await session.TryAsync("rows", () => reader.HasRows);
            await session.EndAsync(reader);
            await session.EndAsync(reader);
        }),
        new("a reader after its rows", async session =>
        {
            var reader = await session.ReaderAsync(session.Command("select 1"));
            for (var i = 0; i < 3; i++)
                session.Note("read", await session.ReadAsync(reader));
            session.Note("has rows", reader.HasRows);
            session.Note("fields", reader.FieldCount);
            session.Note("next", await session.NextAsync(reader));
            session.Note("fields", reader.FieldCount);
            session.Note("read", await session.ReadAsync(reader));
            await session.TryAsync("name", () => reader.GetName(0));
            session.Note("affected", reader.RecordsAffected);
            await session.EndAsync(reader);
        }),
        new("a half-read result", async session =>
        {
            var reader = await session.ReaderAsync(session.Command("select n from generate_series(1, 100000) as n"));
            for (var i = 0; i < 10; i++)
                await session.ReadAsync(reader);
            session.Note("at", reader.GetInt32(0));
            await session.EndAsync(reader);
            session.Note("after", await session.ScalarAsync("select count(*) from notes"));
        }),
        new("a half-read result that writes", async session =>
        {
            var reader = await session.ReaderAsync(session.Command("insert into notes (id, mark) select n, 'x' from generate_series(1000, 2999) as n returning id"));
            await session.ReadAsync(reader);
            await session.EndAsync(reader);
            session.Note("affected", reader.RecordsAffected);
            session.Note("written", await session.ScalarAsync("select count(*) from notes"));
        }),
        new("an error among the rows left unread", async session =>
        {
            var reader = await session.ReaderAsync(session.Command("select 10 / (5 - n) from generate_series(1, 5) as n"));
            await session.TryAsync("read", async () => await session.ReadAsync(reader));
            await session.TryAsync("end", () => session.EndAsync(reader));
            session.Note("after", await session.ScalarAsync("select 1"));
        }),
        new("enumerating records", async session =>
        {
            var reader = await session.ReaderAsync(session.Command("select id, mark from notes order by id"));
            foreach (IDataRecord record in reader)
                session.Note("record", $"{record.FieldCount} {record.GetInt64(0)} {record["mark"]}");
            await session.EndAsync(reader);
        }),
        new("loading a table", async session =>
        {
            var table = new DataTable();
            var reader = await session.ReaderAsync(session.Command("select id, mark, size from notes order by id"));
            table.Load(reader);
            foreach (DataColumn column in table.Columns)
                session.Note("column", $"{column.ColumnName} {column.DataType} {column.AllowDBNull} {column.ReadOnly} {column.Unique}");
            foreach (DataRow row in table.Rows)
                session.Note("row", row.ItemArray);
            session.Note("closed", reader.IsClosed);
        }),
        new("a big text in pieces", async session =>
        {
            var reader = await session.ReaderAsync(session.Command("select 1, repeat('äx', 200000), 2"), CommandBehavior.SequentialAccess);
            await session.ReadAsync(reader);
            using (var text = reader.GetTextReader(1))
                session.Note("length", session.Async ? (await text.ReadToEndAsync()).Length : text.ReadToEnd().Length);
            session.Note("next column", reader.GetInt32(2));
            await session.TryAsync("back", () => reader.GetInt32(0));
            await session.EndAsync(reader);
        }),
        new("big bytes as a stream", async session =>
        {
            var reader = await session.ReaderAsync(session.Command("select 1, decode(repeat('0a0b', 200000), 'hex'), 2"), CommandBehavior.SequentialAccess);
            await session.ReadAsync(reader);
            await using (var stream = reader.GetStream(1))
            {
                session.Note("kind", $"{stream.CanRead} {stream.CanSeek} {stream.CanWrite} {stream.Length}");
                var buffer = new byte[1000];
                session.Note("some", session.Async ? await stream.ReadAtLeastAsync(buffer, 1000) : stream.ReadAtLeast(buffer, 1000));
                session.Note("position", stream.Position);
            }

            session.Note("next column", reader.GetInt32(2));
            await session.EndAsync(reader);
        }),
        new("bytes in pieces", async session =>
        {
            var reader = await session.ReaderAsync(session.Command("select decode('00010203040506', 'hex')"), CommandBehavior.SequentialAccess);
            await session.ReadAsync(reader);
            var buffer = new byte[3];
            for (var at = 0; at < 9; at += 3)
                session.Note($"from {at}", $"{reader.GetBytes(0, at, buffer, 0, 3)} {Convert.ToHexString(buffer)}");
            await session.EndAsync(reader);
        }),
        new("a stream left open when the next column is read", async session =>
        {
            var reader = await session.ReaderAsync(session.Command("select decode(repeat('00', 50000), 'hex'), 5"), CommandBehavior.SequentialAccess);
            await session.ReadAsync(reader);
            var stream = reader.GetStream(0);
            await session.TryAsync("next column", () => reader.GetInt32(1));
            await session.TryAsync("stream", () => stream.ReadByte());
            await session.EndAsync(reader);
        }),
        new("columns without key information", async session => await ColumnsAsync(session, "select id, mark, size + 1 as more, created from notes", default)),
        new("columns with key information", async session => await ColumnsAsync(session, "select id, mark as m, size + 1 as more, created from notes", CommandBehavior.KeyInfo)),
        new("columns of a join with key information", async session => await ColumnsAsync(session, "select n.id, c.id, c.note_id, 1 from notes n left join children c on c.note_id = n.id", CommandBehavior.KeyInfo)),
        new("columns of an identity and a unique key", async session => await ColumnsAsync(session, "select id, label, amount from numbered", CommandBehavior.KeyInfo)),
        new("columns without their rows", async session => await ColumnsAsync(session, "select id, label, amount from numbered", CommandBehavior.KeyInfo | CommandBehavior.SchemaOnly)),
        new("columns of what returns none", async session => await ColumnsAsync(session, "update notes set size = 1", default)),
        new("filling a table with its keys", session =>
        {
            var table = new DataTable();
            using var adapter = new PlainAdapter { SelectCommand = session.Command("select id, mark, size from notes order by id"), MissingSchemaAction = MissingSchemaAction.AddWithKey };
            session.Note("filled", adapter.Fill(table));
            foreach (DataColumn column in table.Columns)
                session.Note("column", $"{column.ColumnName} {column.DataType} {column.AllowDBNull} {column.ReadOnly} {column.Unique} {column.AutoIncrement} {column.MaxLength}");
            session.Note("key", string.Join(",", table.PrimaryKey.Select(column => column.ColumnName)));
            return Task.CompletedTask;
        }),
        new("filling a schema", session =>
        {
            var table = new DataTable();
            using var adapter = new PlainAdapter { SelectCommand = session.Command("select id, label, amount from numbered") };
            adapter.FillSchema(table, SchemaType.Source);
            foreach (DataColumn column in table.Columns)
                session.Note("column", $"{column.ColumnName} {column.DataType} {column.AllowDBNull} {column.Unique} {column.AutoIncrement}");
            session.Note("key", string.Join(",", table.PrimaryKey.Select(column => column.ColumnName)));
            return Task.CompletedTask;
        }),
        new("updating through an adapter", async session =>
        {
            var table = new DataTable();
            using var adapter = new PlainAdapter { SelectCommand = session.Command("select id, mark, size from notes order by id") };
            adapter.UpdateCommand = session.Named("update notes set mark = @mark where id = @id", ("mark", ""), ("id", 0L));
            adapter.UpdateCommand.Parameters["mark"].SourceColumn = "mark";
            adapter.UpdateCommand.Parameters["id"].SourceColumn = "id";
            adapter.Fill(table);
            table.Rows[1]["mark"] = "changed";
            await session.TryAsync("updated", () => adapter.Update(table));
            table.Rows[2]["mark"] = "lost";
            table.Rows[2]["id"] = 4711L;
            await session.TryAsync("updated what is gone", () => adapter.Update(table));
            await session.AllAsync("select id, mark from notes order by id");
        }),
    ];

    static async Task ColumnsAsync(Session session, string sql, CommandBehavior behavior)
    {
        var reader = await session.ReaderAsync(session.Command(sql), behavior);
        var columns = session.Async ? await reader.GetColumnSchemaAsync() : reader.GetColumnSchema();
        foreach (var c in columns)
        {
            session.Note("column", $"{c.ColumnName} {c.ColumnOrdinal} {c.ColumnSize} {c.NumericPrecision} {c.NumericScale} {c.DataType} {c.DataTypeName} null={c.AllowDBNull} base={c.BaseTableName}.{c.BaseColumnName}");
            session.Note("facts", $"alias={c.IsAliased} numbered={c.IsAutoIncrement} expression={c.IsExpression} hidden={c.IsHidden} identity={c.IsIdentity} key={c.IsKey} long={c.IsLong} read={c.IsReadOnly} unique={c.IsUnique}");
            session.Note("place", c.BaseCatalogName);
            session.Note("place", c.BaseSchemaName);
            session.Note("driver's", $"{c["TypeOID"]} {c["NpgsqlDbType"]} {c["DefaultValue"]} {c["ColumnAttributeNumber"]}");
        }

        var table = session.Async ? await reader.GetSchemaTableAsync() : reader.GetSchemaTable();
        foreach (DataRow row in table?.Rows ?? new DataTable().Rows)
            foreach (DataColumn column in table!.Columns)
                session.Note(column.ColumnName, row[column]);
        session.Note("table", table?.Rows.Count);
        await session.EndAsync(reader);
    }

    sealed class PlainAdapter : DbDataAdapter;
}
