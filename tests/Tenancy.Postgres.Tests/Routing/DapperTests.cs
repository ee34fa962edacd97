using System.Data;
using Dapper;

namespace Tenancy.Postgres.Tests;

public sealed class DapperTests(TenantsWithProcedures each) : IClassFixture<TenantsWithProcedures>
{
    public static TheoryData<TenantIsolation> Isolations => TenantOfEach.Isolations;

    sealed record Note(long Id, string Mark, int Size);

    sealed record Pair(Note First, Note Second);

    /// <summary>Hands an array over as it is; docs/ado-net.md shows it.</summary>
    sealed class Whole<T>(T[] values) : SqlMapper.ICustomQueryParameter
    {
        public void AddParameter(IDbCommand command, string name)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, values);
            command.Parameters.Add(parameter);
        }
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task Queries_and_commands_work(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        Assert.Equal(["note 2", "note 4"], (await connection.QueryAsync<Note>("select id, mark, size from notes where id in @Ids order by id", new { Ids = new[] { 2L, 4L } })).Select(note => note.Mark));
        Assert.Equal("note 3", connection.QuerySingle<string>("select mark from notes where id = @Id", new { Id = 3L }));
        Assert.Null(await connection.QueryFirstOrDefaultAsync<Note>("select id, mark, size from notes where id = 9"));
        Assert.Equal(5, await connection.ExecuteScalarAsync<int>("select count(*) from notes"));
        await using var transaction = await connection.BeginTransactionAsync();
        Assert.Equal(2, await connection.ExecuteAsync("insert into notes (id, mark) values (@Id, @Mark)",
            new[] { new { Id = 300L, Mark = "a" }, new { Id = 301L, Mark = "b" } }, transaction));
        Assert.Equal(7, connection.Query<Note>("select id, mark, size from notes", transaction: transaction, buffered: false).Count());
        await transaction.RollbackAsync();
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task An_array_goes_over_whole_as_a_custom_parameter(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        Assert.Equal([2L, 4L], await connection.QueryAsync<long>("select id from notes where id = any (@Ids) order by id", new { Ids = new Whole<long>([2, 4]) }));
        // Left to Dapper, which knows the driver's connection by its name alone, it is written out as (@Ids1, @Ids2).
        var error = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => connection.QueryAsync<long>("select id from notes where id = any (@Ids)", new { Ids = new[] { 2L, 4L } }));
        Assert.Equal("42809", error.SqlState);
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task Rows_are_mapped_in_every_form(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        var pairs = await connection.QueryAsync<Note, Note, Pair>(
            "select a.id, a.mark, a.size, b.id, b.mark, b.size from notes a join notes b on b.id = a.id + 1 order by a.id", (first, second) => new Pair(first, second));
        Assert.Equal([(1, 2), (2, 3), (3, 4), (4, 5)], pairs.Select(pair => (pair.First.Id, pair.Second.Id)));
        var ids = new List<long>();
        await foreach (var row in connection.QueryUnbufferedAsync<Note>("select id, mark, size from notes order by id"))
            ids.Add(row.Id);
        Assert.Equal([1, 2, 3, 4, 5], ids);
        Assert.Equal("note 1", (string)(await connection.QueryFirstAsync("select mark from notes order by id")).mark);
        using var reader = await connection.ExecuteReaderAsync("select id, mark from notes order by id");
        var table = new DataTable();
        table.Load(reader);
        Assert.Equal(5, table.Rows.Count);
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task Procedures_and_output_parameters_work(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        var parameters = new DynamicParameters();
        parameters.Add("n", 4, DbType.Int32, ParameterDirection.InputOutput);
        parameters.Add("said", dbType: DbType.String, direction: ParameterDirection.Output);
        await connection.ExecuteAsync("doubles", parameters, commandType: CommandType.StoredProcedure);
        Assert.Equal(8, parameters.Get<int>("n"));
        Assert.Equal("it is 8", parameters.Get<string>("said"));
        var commits = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => connection.ExecuteAsync("commits", commandType: CommandType.StoredProcedure));
        Assert.Equal("2D000", commits.SqlState);
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task Several_statements_in_one_text_are_refused_with_what_to_do(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        var refusal = await Assert.ThrowsAsync<StatementRefusedException>(() => connection.QueryMultipleAsync("select 1; select 2"));
        Assert.Contains("DbBatch", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(5L, await connection.ScalarAsync("select count(*) from notes"));
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task Several_result_sets_come_from_a_batch_and_are_mapped_by_dapper(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        await using var batch = connection.Batch("select id, mark, size from notes order by id", "select count(*) from notes");
        await using var reader = await batch.ExecuteReaderAsync();
        Assert.Equal(5, reader.Parse<Note>().ToList().Count);
        Assert.True(await reader.NextResultAsync());
        Assert.True(await reader.ReadAsync());
        Assert.Equal(5, reader.GetInt64(0));
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task A_token_and_a_timeout_reach_the_statement(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        using var soon = new CancellationTokenSource(100);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connection.QueryAsync<int>(new CommandDefinition("select 1 from pg_sleep(20)", flags: CommandFlags.NoCache, cancellationToken: soon.Token)));
        var late = await Assert.ThrowsAsync<Npgsql.NpgsqlException>(() => connection.ExecuteAsync("select pg_sleep(20)", commandTimeout: 1));
        Assert.IsType<TimeoutException>(late.InnerException);
        Assert.Equal(5, await connection.ExecuteScalarAsync<int>("select count(*) from notes"));
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task A_connection_that_is_closed_is_opened_and_closed_by_dapper(TenantIsolation isolation)
    {
        using var scope = each.Deployment.Tenants.Enter(each[isolation]);
        for (var round = 0; round < 6; round++)
        {
            var connection = each.Deployment.Data.CreateConnection();
            Assert.Equal(5, (await connection.QueryAsync<long>("select id from notes")).Count());
            Assert.Equal(ConnectionState.Closed, connection.State);
        }
    }
}
