namespace Tenancy.Postgres.Tests;

public sealed class ResultTests(TenantOfEach each) : IClassFixture<TenantOfEach>
{
    public static TheoryData<TenantIsolation, bool> Ways => BehaviorTests.Ways;

    static async Task<object?> ScalarAsync(TenantCommand command, bool async) => async ? await command.ExecuteScalarAsync() : command.ExecuteScalar();

    static async Task<int> ExecuteAsync(TenantCommand command, bool async) => async ? await command.ExecuteNonQueryAsync() : command.ExecuteNonQuery();

    [Theory, MemberData(nameof(Ways))]
    public async Task A_scalar_is_the_applications_and_never_the_scopes(TenantIsolation isolation, bool async)
    {
        await using var connection = await each.OpenAsync(isolation);
        Assert.Equal("note 3", await ScalarAsync(connection.Command("select mark from notes where id = 3"), async));
        Assert.Null(await ScalarAsync(connection.Command("select mark from notes where id = 3000"), async));
        Assert.Same(DBNull.Value, await ScalarAsync(connection.Command("select null::text"), async));
        Assert.Null(await ScalarAsync(connection.Command("update notes set size = size"), async));
        Assert.Equal(1, await ScalarAsync(connection.Command("select 1 union all select 2"), async));
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task Rows_affected_are_those_of_the_statement(TenantIsolation isolation, bool async)
    {
        await using var connection = await each.OpenAsync(isolation);
        await using var transaction = await connection.BeginTransactionAsync();
        Assert.Equal(-1, await ExecuteAsync(connection.Command("select * from notes"), async));
        Assert.Equal(5, await ExecuteAsync(connection.Command("update notes set size = 1"), async));
        Assert.Equal(0, await ExecuteAsync(connection.Command("update notes set size = 2 where id = 900"), async));
        Assert.Equal(2, await ExecuteAsync(connection.Command("insert into notes (id, mark) values (31, 'a'), (32, 'b') returning id"), async));
        Assert.Equal(2, await ExecuteAsync(connection.Command("delete from notes where id > 30"), async));
        await transaction.RollbackAsync();
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task A_reader_says_what_was_changed_once_it_is_closed(TenantIsolation isolation, bool async)
    {
        await using var connection = await each.OpenAsync(isolation);
        await using var transaction = await connection.BeginTransactionAsync();
        var select = await connection.Command("select * from notes").ReaderAsync(async);
        await select.EndAsync(async);
        Assert.Equal(-1, select.RecordsAffected);
        var insert = await connection.Command("insert into notes (id, mark) values (41, 'a'), (42, 'b') returning id").ReaderAsync(async);
        Assert.True(await insert.ReadAsync(async));
        Assert.Equal(41, insert.GetInt64(0));
        await insert.EndAsync(async);
        Assert.Equal(2, insert.RecordsAffected);
        await transaction.RollbackAsync();
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task A_batch_counts_for_each_command_and_in_all(TenantIsolation isolation, bool async)
    {
        await using var connection = await each.OpenAsync(isolation);
        await using var transaction = await connection.BeginTransactionAsync();
        await using var batch = connection.Batch(
            "update notes set size = 7 where id <= 3", "select * from notes", "insert into notes (id, mark) values (51, 'x')", "delete from notes where id in (1, 2)");
        batch.Transaction = transaction;
        Assert.Equal(6, async ? await batch.ExecuteNonQueryAsync() : batch.ExecuteNonQuery());
        Assert.Equal([3, -1, 1, 2], batch.BatchCommands.Select(command => command.RecordsAffected));
        await transaction.RollbackAsync();
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task A_batch_returns_its_results_in_order(TenantIsolation isolation, bool async)
    {
        await using var connection = await each.OpenAsync(isolation);
        await using var batch = connection.Batch("select count(*) from notes", "select mark from notes where id = 2", "values (1), (2)");
        var reader = async ? await batch.ExecuteReaderAsync() : batch.ExecuteReader();
        Assert.True(await reader.ReadAsync(async));
        Assert.Equal(5, reader.GetInt64(0));
        Assert.True(await reader.NextAsync(async));
        Assert.True(await reader.ReadAsync(async));
        Assert.Equal("note 2", reader.GetString(0));
        // Left unread.
        Assert.True(await reader.NextAsync(async));
        Assert.False(await reader.NextAsync(async));
        await reader.EndAsync(async);
        Assert.Equal(5L, async ? await batch.ExecuteScalarAsync() : batch.ExecuteScalar());
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task A_batch_takes_effect_as_a_whole_or_not_at_all(TenantIsolation isolation, bool async)
    {
        await using var connection = await each.OpenAsync(isolation);
        await using var batch = connection.Batch("insert into notes (id, mark) values (61, 'lost')", "select 1 / 0");
        var error = await Assert.ThrowsAsync<Npgsql.PostgresException>(async () =>
            _ = async ? await batch.ExecuteNonQueryAsync() : batch.ExecuteNonQuery());
        Assert.Equal("22012", error.SqlState);
        Assert.Null(await connection.ScalarAsync("select 1 from notes where id = 61"));
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task An_error_of_a_later_result_is_raised_when_it_is_reached(TenantIsolation isolation, bool async)
    {
        await using var connection = await each.OpenAsync(isolation);
        await using var batch = connection.Batch("select 1", "select 1 / 0");
        var reader = async ? await batch.ExecuteReaderAsync() : batch.ExecuteReader();
        Assert.True(await reader.ReadAsync(async));
        await Assert.ThrowsAsync<Npgsql.PostgresException>(async () => await reader.NextAsync(async));
        await reader.EndAsync(async);
        Assert.Equal(5L, await connection.ScalarAsync("select count(*) from notes"));
    }
}
