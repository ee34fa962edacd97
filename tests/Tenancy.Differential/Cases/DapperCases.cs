using Dapper;

namespace Tenancy.Differential.Cases;

/// <summary>Dapper, which knows only ADO.NET.</summary>
public static class DapperCases
{
    sealed record Note(long Id, string Mark, int Size);

    sealed class Child
    {
        public int Id { get; set; }
        public Note? Note { get; set; }
    }

    public static IEnumerable<Scenario> All =>
    [
        new("Dapper query", async session =>
        {
            const string Sql = "select id, mark, size from notes where size >= @Least order by id";
            var rows = session.Async ? await session.Connection.QueryAsync<Note>(Sql, new { Least = 0 }) : session.Connection.Query<Note>(Sql, new { Least = 0 });
            foreach (var row in rows)
                session.Note("row", row.ToString());
        }),
        new("Dapper unbuffered", async session =>
        {
            foreach (var row in session.Connection.Query<Note>("select id, mark, size from notes order by id", buffered: false).Take(2))
                session.Note("row", row.ToString());
            await foreach (var id in session.Connection.QueryUnbufferedAsync<long>("select id from notes order by id"))
                session.Note("id", id);
        }),
        new("Dapper dynamic", async session =>
        {
            foreach (IDictionary<string, object> row in await session.Connection.QueryAsync("select id, mark, null::int as nothing from notes order by id"))
                session.Note("row", string.Join(", ", row.Select(pair => $"{pair.Key} {Transcript.Text(pair.Value)}")));
        }),
        new("Dapper multi-mapping", async session =>
        {
            await session.Connection.ExecuteAsync("insert into children (id, note_id) values (1, 2), (2, 3)");
            var children = await session.Connection.QueryAsync<Child, Note, Child>(
                "select c.id, n.id, n.mark, n.size from children c join notes n on n.id = c.note_id order by c.id", (child, note) => { child.Note = note; return child; });
            foreach (var child in children)
                session.Note("child", $"{child.Id} {child.Note}");
        }),
        new("Dapper several result sets in one text", session => session.TryAsync("read", async () =>
        {
            using var results = await session.Connection.QueryMultipleAsync("select 1; select 2");
            return $"{await results.ReadSingleAsync<int>()} {await results.ReadSingleAsync<int>()}";
        })),
        new("Dapper execute with a list", async session =>
        {
            session.Note("rows", await session.Connection.ExecuteAsync("insert into notes (id, mark) values (@Id, @Mark)", new[] { new { Id = 61L, Mark = "a" }, new { Id = 62L, Mark = "b" } }));
            session.Note("count", await session.Connection.ExecuteScalarAsync<int>("select count(*) from notes"));
        }),
        new("Dapper in with a list", async session =>
        {
            foreach (var ids in new[] { new long[] { 1, 3 }, [], [5] })
                session.Note("found", string.Join(",", await session.Connection.QueryAsync<long>("select id from notes where id = any (@Ids) or id in (select unnest(@Ids)) order by id", new { Ids = new DbArray(ids) })));
        }),
        new("Dapper expands a list", session => session.TryAsync("in", async () =>
            string.Join(",", await session.Connection.QueryAsync<long>("select id from notes where id in @Ids order by id", new { Ids = new[] { 1L, 3L } })))),
        new("Dapper any with an array", session => session.TryAsync("any", async () =>
            string.Join(",", await session.Connection.QueryAsync<long>("select id from notes where id = any (@Ids) order by id", new { Ids = new[] { 1L, 3L } })))),
        new("Dapper output parameters", async session =>
        {
            var parameters = new DynamicParameters();
            parameters.Add("n", 5, DbType.Int32, ParameterDirection.InputOutput);
            parameters.Add("said", null, DbType.String, ParameterDirection.Output);
            await session.Connection.ExecuteAsync("doubles", parameters, commandType: CommandType.StoredProcedure);
            session.Note("n", parameters.Get<int>("n"));
            session.Note("said", parameters.Get<string>("said"));
        }),
        new("Dapper reader and table", async session =>
        {
            using var reader = await session.Connection.ExecuteReaderAsync("select id, mark from notes order by id");
            var table = new DataTable();
            table.Load(reader);
            session.Note("rows", table.Rows.Count);
        }),
        new("Dapper transaction", async session =>
        {
            await using var transaction = await session.BeginAsync();
            await session.Connection.ExecuteAsync("delete from notes", transaction: transaction);
            session.Note("inside", await session.Connection.ExecuteScalarAsync<int>("select count(*) from notes", transaction: transaction));
            await session.RollbackAsync(transaction);
            session.Note("after", await session.Connection.ExecuteScalarAsync<int>("select count(*) from notes"));
        }),
        new("Dapper single, first and none", async session =>
        {
            await session.TryAsync("single of many", async () => await session.Connection.QuerySingleAsync<long>("select id from notes"));
            await session.TryAsync("first of none", async () => await session.Connection.QueryFirstAsync<long>("select id from notes where false"));
            await session.TryAsync("first", async () => await session.Connection.QueryFirstAsync<long>("select id from notes order by id"));
            await session.TryAsync("none", async () => await session.Connection.QueryFirstOrDefaultAsync<string>("select mark from notes where false"));
        }),
        new("Dapper with flags and a token", async session =>
        {
            using var done = new CancellationTokenSource();
            session.Note("pipelined", (await session.Connection.QueryAsync<long>(new CommandDefinition("select id from notes", flags: CommandFlags.NoCache, cancellationToken: done.Token))).Count());
            await done.CancelAsync();
            await session.TryAsync("cancelled", async () => await session.Connection.QueryAsync<long>(new CommandDefinition("select id from notes", cancellationToken: done.Token)));
        }),
    ];

    /// <summary>Hands an array to the driver as it is.</summary>
    sealed class DbArray(long[] values) : SqlMapper.ICustomQueryParameter
    {
        public void AddParameter(IDbCommand command, string name)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = values;
            command.Parameters.Add(parameter);
        }
    }
}
