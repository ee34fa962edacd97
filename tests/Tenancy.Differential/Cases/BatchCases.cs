namespace Tenancy.Differential.Cases;

/// <summary>Batches: results, counts, and errors of several statements in one round trip.</summary>
public static class BatchCases
{
    static readonly (string Name, string[] Statements)[] Batches =
    [
        ("two reads", ["select id from notes order by id", "select 'x' as a, 2 as b"]), ("a read between writes", ["update notes set size = 1 where id < 3", "select count(*) from notes", "delete from notes where id = 5"]),
        ("writes only", ["insert into notes (id, mark) values (90, 'a')", "update notes set size = 2", "delete from notes where id = 90"]), ("returning", ["insert into notes (id, mark) values (90, 'a') returning id", "update notes set size = 3 where id = 90 returning size"]),
        ("an error first", ["select 1 / 0", "select 1"]), ("an error in the middle", ["insert into notes (id, mark) values (90, 'a')", "select 1 / 0", "select 1"]), ("an error last", ["select 1", "insert into notes (id, mark) values (1, 'twice')"]),
        ("a syntax error in the middle", ["select 1", "select select", "select 2"]), ("a result without columns", ["select 1", "select from notes", "select 2"]), ("an empty result in the middle", ["select 1", "select 2 where false", "select 3"]),
        ("one", ["select 1"]), ("none", []), ("the same text twice", ["select count(*) from notes", "select count(*) from notes"]), ("an empty text", ["select 1", ""]), ("several statements in one", ["select 1", "select 2; select 3"]),
    ];

    public static IEnumerable<Scenario> All =>
    [
        .. Batches.Select(batch => new Scenario($"batch of {batch.Name}, read", async session =>
        {
            await session.TryAsync("read", async () => await session.AllAsync(await session.ReaderAsync(session.Batch(batch.Statements))));
            session.Note("left", await session.ScalarAsync("select count(*) from notes"));
        })),
        .. Batches.Select(batch => new Scenario($"batch of {batch.Name}, executed", async session =>
        {
            var sent = session.Batch(batch.Statements);
            await session.TryAsync("rows", async () => session.Async ? await sent.ExecuteNonQueryAsync() : sent.ExecuteNonQuery());
            session.Note("each", string.Join(",", sent.BatchCommands.Select(command => command.RecordsAffected)));
            session.Note("left", await session.ScalarAsync("select count(*) from notes"));
        })),
        new("batch as a scalar", async session =>
        {
            foreach (var statements in new[] { new[] { "select 5", "select 6" }, ["update notes set size = 1", "select 6"], ["select 1 where false", "select 7"] })
            {
                var batch = session.Batch(statements);
                await session.TryAsync("scalar", () => session.Async ? batch.ExecuteScalarAsync() : Task.FromResult(batch.ExecuteScalar()));
            }
        }),
        new("batch with parameters", async session =>
        {
            var batch = session.Batch("select $1 + 1", "select @a || @b");
            foreach (var (command, name, value) in new (int, string?, object)[] { (0, null, 4), (1, "a", "x"), (1, "b", "y") })
            {
                var parameter = batch.BatchCommands[command].CreateParameter();
                parameter.ParameterName = name ?? "";
                parameter.Value = value;
                batch.BatchCommands[command].Parameters.Add(parameter);
            }

            await session.AllAsync(await session.ReaderAsync(batch));
            await session.AllAsync(await session.ReaderAsync(batch));
        }),
        new("batch in every behaviour", async session =>
        {
            foreach (var behavior in new[] { CommandBehavior.SingleResult, CommandBehavior.SingleRow, CommandBehavior.SequentialAccess, CommandBehavior.SchemaOnly, CommandBehavior.KeyInfo })
                await session.TryAsync(behavior.ToString(), async () => await session.AllAsync(await session.ReaderAsync(session.Batch("select id from notes order by id", "select 2"), behavior)));
        }),
        new("batch in a transaction", async session =>
        {
            await using var transaction = await session.BeginAsync();
            var batch = session.Batch("insert into notes (id, mark) values (90, 'a')", "select count(*) from notes");
            batch.Transaction = transaction;
            await session.AllAsync(await session.ReaderAsync(batch));
            await session.RollbackAsync(transaction);
            session.Note("after", await session.ScalarAsync("select count(*) from notes"));
        }),
        new("batch left half-read", async session =>
        {
            var reader = await session.ReaderAsync(session.Batch("select id from notes order by id", "insert into notes (id, mark) values (90, 'a')"));
            await session.ReadAsync(reader);
            await session.EndAsync(reader);
            session.Note("written", await session.ScalarAsync("select count(*) from notes"));
        }),
        new("batch's members", async session =>
        {
            var batch = session.Batch("select 1");
            session.Note("timeout", batch.Timeout);
            session.Note("connection", ReferenceEquals(batch.Connection, session.Connection));
            session.Note("can create", session.Connection.CanCreateBatch);
            session.Note("parameters", batch.BatchCommands[0].CanCreateParameter);
            session.Note("type", batch.BatchCommands[0].CommandType);
            session.Note("before", batch.BatchCommands[0].RecordsAffected);
            await session.TryAsync("negative timeout", () => batch.Timeout = -1);
            await session.TryAsync("prepare", () => session.Async ? batch.PrepareAsync() : Task.Run(batch.Prepare));
            batch.Cancel();
            session.Note("runs", session.Async ? await batch.ExecuteScalarAsync() : batch.ExecuteScalar());
        }),
        new("batch's commands as a list", session =>
        {
            var batch = session.Batch("select 1", "select 2");
            var third = batch.CreateBatchCommand();
            batch.BatchCommands.Insert(1, third);
            session.Note("count", batch.BatchCommands.Count);
            session.Note("index", batch.BatchCommands.IndexOf(third));
            session.Note("contains", batch.BatchCommands.Contains(third));
            session.Note("removed", batch.BatchCommands.Remove(third));
            batch.BatchCommands.RemoveAt(0);
            session.Note("left", string.Join(",", batch.BatchCommands.Select(command => command.CommandText)));
            session.Note("fixed", batch.BatchCommands.IsReadOnly);
            batch.BatchCommands.Clear();
            return session.TryAsync("empty", () => batch.BatchCommands[0]);
        }),
        new("batch timeout", async session =>
        {
            var batch = session.Batch("select 1", "select pg_sleep(20)");
            batch.Timeout = 1;
            await session.TryAsync("timeout", async () => session.Async ? await batch.ExecuteNonQueryAsync() : batch.ExecuteNonQuery());
            session.Note("after", await session.ScalarAsync("select 1"));
        }),
        new("batch of a table's name and a procedure", async session =>
        {
            var batch = session.Batch("pairs", "add_note", "select count(*) from notes");
            batch.BatchCommands[0].CommandType = CommandType.TableDirect;
            batch.BatchCommands[1].CommandType = CommandType.StoredProcedure;
            foreach (var value in new object[] { 95L, "called" })
            {
                var parameter = batch.BatchCommands[1].CreateParameter();
                parameter.Value = value;
                batch.BatchCommands[1].Parameters.Add(parameter);
            }

            await session.AllAsync(await session.ReaderAsync(batch));
        }),
    ];
}
