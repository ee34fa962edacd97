using Dapper;

namespace Tenancy.Postgres.Tests;

public sealed class DapperTests(TenantOfEach each) : IClassFixture<TenantOfEach>
{
    public static TheoryData<TenantIsolation> Isolations => TenantOfEach.Isolations;

    sealed record Note(long Id, string Mark, int Size);

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
    public async Task Several_statements_in_one_text_are_refused_with_what_to_do(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        var refusal = await Assert.ThrowsAsync<StatementRefusedException>(() => connection.QueryMultipleAsync("select 1; select 2"));
        Assert.Contains("DbBatch", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(5L, await connection.ScalarAsync("select count(*) from notes"));
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task A_connection_that_is_closed_is_opened_and_closed_by_dapper(TenantIsolation isolation)
    {
        using var scope = each.Deployment.Tenants.Enter(each[isolation]);
        for (var round = 0; round < 6; round++)
        {
            var connection = each.Deployment.Data.CreateConnection();
            Assert.Equal(5, (await connection.QueryAsync<long>("select id from notes")).Count());
            Assert.Equal(System.Data.ConnectionState.Closed, connection.State);
        }
    }
}
