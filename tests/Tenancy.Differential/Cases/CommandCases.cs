namespace Tenancy.Differential.Cases;

/// <summary>Commands: what each way to execute answers for each kind of statement, in every behaviour.</summary>
public static class CommandCases
{
    static readonly (string Name, string Sql)[] Statements =
    [
        ("select", "select id, mark, size from notes order by id"), ("select of no row", "select id from notes where id < 0"), ("select of no column", "select from notes"), ("select of null", "select null::integer"),
        ("values", "values (1, 'a'), (2, 'b')"), ("table", "table pairs"), ("with", "with n as (select id from notes) select max(id) from n"), ("insert", "insert into notes (id, mark) values (100, 'x'), (101, 'y')"),
        ("insert returning", "insert into notes (id, mark) values (100, 'x'), (101, 'y') returning id, mark, size"), ("insert nothing", "insert into notes (id, mark) select 1, 'x' where false"),
        ("insert on conflict", "insert into notes (id, mark) values (1, 'x'), (100, 'y') on conflict do nothing"), ("update", "update notes set size = size + 1 where id <= 3"), ("update of none", "update notes set size = 9 where id < 0"),
        ("update returning", "update notes set size = 7 where id = 2 returning id, size"), ("delete", "delete from notes where id > 3"), ("delete returning", "delete from notes where id > 4 returning id"),
        ("merge", "merge into notes n using (values (1::bigint), (50)) v (id) on n.id = v.id when matched then update set size = 5 when not matched then insert (id, mark) values (v.id, 'new')"),
        ("with that writes", "with gone as (delete from notes where id = 5 returning id) insert into notes (id, mark) select id + 100, 'moved' from gone"), ("parenthesised select", "(select 1) union all (select 2)"),
        ("select with a comment", "/* ; */ select 1 -- ;"), ("select with a semicolon", "select 1;"), ("show", "show transaction_isolation"), ("generated numbers", "insert into numbered (label) values ('a'), ('b') returning label"),
    ];

    static readonly CommandBehavior[] Behaviors =
    [
        CommandBehavior.SingleRow, CommandBehavior.SingleResult, CommandBehavior.SequentialAccess, CommandBehavior.SchemaOnly, CommandBehavior.KeyInfo,
        CommandBehavior.SingleResult | CommandBehavior.SingleRow, CommandBehavior.SequentialAccess | CommandBehavior.SingleRow, CommandBehavior.KeyInfo | CommandBehavior.SchemaOnly,
    ];

    static readonly (string Name, string Sql)[] Mistakes =
    [
        ("division by zero", "select 1 / 0"), ("unknown table", "select * from nowhere"), ("unknown column", "select nothing from notes"), ("unknown function", "select nothing()"), ("syntax", "select select"),
        ("duplicate key", "insert into notes (id, mark) values (1, 'x')"), ("not null", "insert into notes (id, mark) values (900, null)"), ("check", "insert into pairs (a, b) values (-1, 0)"), ("foreign key", "insert into children (id, note_id) values (1, 4711)"),
        ("too long", "select 'abc'::char(3)::integer"), ("out of range", "select 2147483647 + 1"), ("bad cast", "select 'x'::uuid"), ("bad json", "select '{'::json"), ("two rows", "select (select id from notes)"),
        ("raised", "select raises('told')"), ("raised with a code", "select raises_code()"), ("late error", "select 10 / (5 - n) from generate_series(1, 5) as n"), ("type mismatch", "select 1 = 'a'"),
    ];

    public static IEnumerable<Scenario> All =>
    [
        .. Statements.Select(statement => new Scenario($"reader on {statement.Name}", session => session.TryAsync("read", () => session.AllAsync(statement.Sql)))),
        .. Statements.Select(statement => new Scenario($"scalar of {statement.Name}", session => session.TryAsync("scalar", () => session.ScalarAsync(statement.Sql)))),
        .. Statements.Select(statement => new Scenario($"rows affected by {statement.Name}", async session =>
        {
            await session.TryAsync("rows", async () => await session.ExecuteAsync(statement.Sql));
            await session.AllAsync("select id, mark, size from notes order by id");
        })),
        .. Behaviors.Select(behavior => new Scenario($"behaviour {behavior}", async session =>
        {
            foreach (var sql in new[] { "select id, mark from notes order by id", "insert into notes (id, mark) values (300, 'b') returning id", "update notes set size = 3", "select nothing", "select id, id as other, mark || 'x' from notes order by id" })
                await session.TryAsync(sql, async () => await session.AllAsync(await session.ReaderAsync(session.Command(sql), behavior)));
            session.Note("count", await session.ScalarAsync("select count(*) from notes"));
        })),
        new("behaviour CloseConnection", async session =>
        {
            var reader = await session.ReaderAsync(session.Command("select id from notes order by id"), CommandBehavior.CloseConnection);
            await session.ReadAsync(reader);
            session.Note("open", session.Connection.State);
            await session.EndAsync(reader);
            session.Note("closed", session.Connection.State);
            await session.TryAsync("after", () => session.ScalarAsync("select 1"));
        }),
        new("behaviour CloseConnection after an error", async session =>
        {
            await session.TryAsync("late", async () => await session.AllAsync(await session.ReaderAsync(session.Command("select 10 / (5 - n) from generate_series(1, 5) as n"), CommandBehavior.CloseConnection)));
            await session.TryAsync("at once", async () => await session.AllAsync(await session.ReaderAsync(session.Command("select nothing"), CommandBehavior.CloseConnection)));
        }),
        .. Mistakes.Select(mistake => new Scenario($"mistake: {mistake.Name}", async session =>
        {
            await session.TryAsync("reader", () => session.AllAsync(mistake.Sql));
            await session.TryAsync("scalar", () => session.ScalarAsync(mistake.Sql));
            await session.TryAsync("execute", async () => await session.ExecuteAsync(mistake.Sql));
            session.Note("state", session.Connection.State);
            session.Note("after", await session.ScalarAsync("select count(*) from notes"));
        })),
        new("command's defaults", session =>
        {
            var command = session.Connection.CreateCommand();
            session.Note("defaults", $"{command.CommandType} {command.CommandTimeout} '{command.CommandText}' {command.UpdatedRowSource} {command.Transaction} {command.Parameters.Count} {command.DesignTimeVisible} {ReferenceEquals(command.Connection, session.Connection)}");
            command.CommandText = null;
            session.Note("null text", command.CommandText);
            command.UpdatedRowSource = UpdateRowSource.None;
            session.Note("row source", command.UpdatedRowSource);
            return session.TryAsync("negative timeout", () => command.CommandTimeout = -1);
        }),
        new("command without a connection", async session =>
        {
            var command = session.Command("select 1");
            command.Connection = null;
            await session.TryAsync("scalar", () => session.ScalarAsync(command));
            command.Connection = session.Connection;
            await session.TryAsync("given back", () => session.ScalarAsync(command));
        }),
        new("command without a text", session => session.TryAsync("scalar", () => session.ScalarAsync(""))),
        new("command of another type", async session =>
        {
            var command = session.Command("notes");
            await session.TryAsync("unknown", () => command.CommandType = (CommandType)99);
        }),
        new("table by its name", async session =>
        {
            var command = session.Command("pairs");
            command.CommandType = CommandType.TableDirect;
            await session.AllAsync(await session.ReaderAsync(command));
            session.Note("again", await session.ScalarAsync(command));
            command.CommandText = "nowhere";
            await session.TryAsync("unknown", () => session.ScalarAsync(command));
        }),
        new("prepared and run again", async session =>
        {
            var command = session.Command("select mark from notes where id = $1", 2L);
            await session.TryAsync("prepare", async () => { if (session.Async) await command.PrepareAsync(); else command.Prepare(); });
            for (var round = 0; round < 3; round++)
                session.Note("run", await session.ScalarAsync(command));
        }),
        new("preparing a mistake", session => session.TryAsync("prepare", async () =>
        {
            var command = session.Command("select nothing from nowhere");
            if (session.Async)
                await command.PrepareAsync();
            else
                command.Prepare();
        })),
        new("several statements in one command", session => session.TryAsync("read", () => session.AllAsync("select 1; select 2"))),
        new("a session setting", session => session.TryAsync("set", async () => await session.ExecuteAsync("set application_name = 'x'"))),
        new("a command as text that begins a transaction", session => session.TryAsync("begin", async () => await session.ExecuteAsync("begin"))),
        new("explain", session => session.TryAsync("explain", async () => await session.ExecuteAsync("explain select 1"))),
        new("every column of a table", session => session.AllAsync("select * from notes order by id")),
        new("second reader while one is open", async session =>
        {
            var reader = await session.ReaderAsync(session.Command("select id from notes order by id"));
            await session.ReadAsync(reader);
            await session.TryAsync("second", () => session.ScalarAsync("select 1"));
            session.Note("first goes on", await session.ReadAsync(reader));
            session.Note("at", reader.GetInt64(0));
            await session.EndAsync(reader);
            session.Note("after", await session.ScalarAsync("select 1"));
        }),
        new("timeout", async session =>
        {
            var command = session.Command("select pg_sleep(20)");
            command.CommandTimeout = 1;
            await session.TryAsync("timeout", () => session.ScalarAsync(command));
            session.Note("state", session.Connection.State);
            session.Note("after", await session.ScalarAsync("select 1"));
        }),
        new("cancelled by token", async session =>
        {
            using var soon = new CancellationTokenSource(100);
            await session.TryAsync("cancelled", () => session.Command("select pg_sleep(20)").ExecuteScalarAsync(soon.Token));
            session.Note("state", session.Connection.State);
            session.Note("after", await session.ScalarAsync("select 1"));
        }),
        new("cancelled before it began", async session =>
        {
            using var done = new CancellationTokenSource();
            await done.CancelAsync();
            await session.TryAsync("scalar", () => session.Command("select 1").ExecuteScalarAsync(done.Token));
            await session.TryAsync("reader", () => session.Command("select 1").ExecuteReaderAsync(done.Token));
            await session.TryAsync("rows", () => session.Command("select 1").ExecuteNonQueryAsync(done.Token));
            session.Note("after", await session.ScalarAsync("select 1"));
        }),
        new("cancel of nothing", session =>
        {
            var command = session.Command("select 1");
            command.Cancel();
            return session.TryAsync("after", () => session.ScalarAsync(command));
        }),
        new("a disposed command", async session =>
        {
            var command = session.Command("select 1");
            session.Note("before", await session.ScalarAsync(command));
            if (session.Async)
                await command.DisposeAsync();
            else
                command.Dispose();
            await command.DisposeAsync();
            session.Note("text", command.CommandText);
        }),
    ];
}
