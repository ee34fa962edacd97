namespace Tenancy.Differential.Cases;

/// <summary>Connections, data sources, factories and schema collections.</summary>
public static class ConnectionCases
{
    static readonly (string Name, string?[] Restrictions)[] Collections =
    [
        ("MetaDataCollections", []), ("DataSourceInformation", []), ("DataTypes", []), ("ReservedWords", []), ("Restrictions", []), ("Tables", [null, "app"]), ("Columns", [null, "app", "children"]),
        ("Views", [null, "app"]), ("Indexes", [null, "app", "pairs"]), ("IndexColumns", [null, "app", "pairs"]), ("Nothing", []), ("Databases", []), ("Users", []),
    ];

    public static IEnumerable<Scenario> All =>
    [
        .. Collections.Select(collection => new Scenario($"schema collection {collection.Name}", session => session.TryAsync("read", async () =>
        {
            // A tenant's schema is found without being named; the plain one is.
            var restrictions = session.Connection is TenantConnection ? collection.Restrictions.Select(value => value == "app" ? null : value).ToArray() : collection.Restrictions;
            var table = session.Async ? await session.Connection.GetSchemaAsync(collection.Name, restrictions) : session.Connection.GetSchema(collection.Name, restrictions);
            session.Note("name", table.TableName);
            foreach (DataColumn column in table.Columns)
                session.Note("column", $"{column.ColumnName} {column.DataType}");
            var ours = table.Columns.Contains("column_name") ? table.Rows.Cast<DataRow>().Where(row => !Equals(row["column_name"], "tenant_id")) : table.Rows.Cast<DataRow>();
            if (collection.Name is not ("Columns" or "DataSourceInformation"))
                foreach (var row in ours.Select(row => string.Join(" | ", row.ItemArray.Select(Transcript.Text))).Order(StringComparer.Ordinal))
                    session.Note("row", row);
            else
                foreach (var row in ours.Select(row => Transcript.Text(row[collection.Name == "Columns" ? "column_name" : "DataSourceProductName"])).Order(StringComparer.Ordinal))
                    session.Note("row", row);
        }))),
        new("GetSchema without a name", async session =>
        {
            var table = session.Async ? await session.Connection.GetSchemaAsync() : session.Connection.GetSchema();
            session.Note("rows", table.Rows.Count);
        }),
        new("a connection's states", async session =>
        {
            var connection = session.Source.CreateConnection();
            var changes = new List<string>();
            connection.StateChange += (_, change) => changes.Add($"{change.OriginalState} -> {change.CurrentState}");
            session.Note("state", connection.State);
            await session.TryAsync("closed", () => Session.With(connection.CreateCommand(), "select 1").ExecuteScalarAsync());
            for (var round = 0; round < 2; round++)
            {
                if (session.Async)
                    await connection.OpenAsync();
                else
                    connection.Open();
                session.Note("state", connection.State);
                await session.TryAsync("twice", () => connection.OpenAsync());
                if (session.Async)
                    await connection.CloseAsync();
                else
                    connection.Close();
                await connection.CloseAsync();
            }

            session.Note("changes", string.Join(", ", changes));
            await connection.DisposeAsync();
        }),
        new("opening when cancelled", async session =>
        {
            await using var connection = session.Source.CreateConnection();
            using var done = new CancellationTokenSource();
            await done.CancelAsync();
            await session.TryAsync("open", () => connection.OpenAsync(done.Token));
            session.Note("state", connection.State);
        }),
        new("a disposed connection opened again", async session =>
        {
            var connection = await session.Source.OpenConnectionAsync();
            await connection.DisposeAsync();
            await session.TryAsync("open", () => connection.OpenAsync());
            await connection.DisposeAsync();
        }),
        new("server version", session => session.TryAsync("version", () => session.Connection.ServerVersion)),
        new("another database", session => session.DoAsync("change", () => session.Connection.ChangeDatabase("postgres"))),
        new("another connection string", session => session.TryAsync("change", () => session.Connection.ConnectionString = "Host=elsewhere")),
        new("closing with a reader open", async session =>
        {
            var reader = await session.ReaderAsync(session.Command("select id from notes"));
            await session.ReadAsync(reader);
            await session.Connection.CloseAsync();
            session.Note("closed", reader.IsClosed);
            await session.TryAsync("read", async () => await session.ReadAsync(reader));
            await session.EndAsync(reader);
        }),
        new("data source's command", async session =>
        {
            foreach (var sql in new[] { "select count(*) from notes", "update notes set size = 4", "select 1 / 0" })
            {
                await using var command = session.Source.CreateCommand(sql);
                await session.TryAsync("scalar", () => session.ScalarAsync(command));
                await session.TryAsync("rows", async () => await session.ExecuteAsync(command));
                await session.TryAsync("read", async () => await session.AllAsync(await session.ReaderAsync(command)));
            }
        }),
        new("data source's command with parameters", async session =>
        {
            await using var command = session.Source.CreateCommand();
            Session.With(command, "select mark from notes where id = $1", 2L);
            session.Note("scalar", await session.ScalarAsync(command));
            await session.AllAsync(await session.ReaderAsync(command));
        }),
        new("data source's batch", async session =>
        {
            await using var batch = session.Source.CreateBatch();
            foreach (var sql in new[] { "select 1", "select count(*) from notes" })
            {
                var command = batch.CreateBatchCommand();
                command.CommandText = sql;
                batch.BatchCommands.Add(command);
            }

            await session.AllAsync(await session.ReaderAsync(batch));
            session.Note("rows", session.Async ? await batch.ExecuteNonQueryAsync() : batch.ExecuteNonQuery());
            session.Note("scalar", session.Async ? await batch.ExecuteScalarAsync() : batch.ExecuteScalar());
        }),
        new("what a data source's command cannot do", async session =>
        {
            await using var command = session.Source.CreateCommand("select 1");
            await session.TryAsync("connection", () => command.Connection = session.Connection);
            await session.TryAsync("transaction", () => command.Transaction);
            await session.DoAsync("prepare", () => command.Prepare());
        }),
        new("the factory's objects", session =>
        {
            var factory = DbProviderFactories.GetFactory(session.Connection)!;
            session.Note("adapter", factory.CreateDataAdapter() is not null);
            session.Note("parameter", factory.CreateParameter()!.GetType());
            session.Note("batches", factory.CanCreateBatch);
            var command = factory.CreateCommand()!;
            command.Connection = session.Connection;
            return session.TryAsync("command", () => session.ScalarAsync(Session.With(command, "select 1")));
        }),
        new("the factory's connection", session => session.TryAsync("connection", () => DbProviderFactories.GetFactory(session.Connection)!.CreateConnection() is not null)),
        new("objects of another provider", async session =>
        {
            var command = session.Command("select 1");
            await session.TryAsync("connection", () => command.Connection = new ForeignConnection());
            await session.TryAsync("parameter", () => command.Parameters.Add(new ForeignConnection()));
        }),
    ];

    sealed class ForeignConnection : DbConnection
    {
        [System.Diagnostics.CodeAnalysis.AllowNull]
        public override string ConnectionString { get; set; } = "";
        public override string Database => "";
        public override string DataSource => "";
        public override string ServerVersion => "";
        public override ConnectionState State => ConnectionState.Closed;
        public override void ChangeDatabase(string databaseName) { }
        public override void Close() { }
        public override void Open() { }
        protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => throw new NotSupportedException();
        protected override DbCommand CreateDbCommand() => throw new NotSupportedException();
    }
}
