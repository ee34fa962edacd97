using System.Data;

namespace Tenancy.Postgres.Tests;

public sealed class BehaviorTests(TenantOfEach each) : IClassFixture<TenantOfEach>
{
    public static TheoryData<TenantIsolation, bool> Ways => new MatrixTheoryData<TenantIsolation, bool>(Enum.GetValues<TenantIsolation>(), [true, false]);

    [Theory, MemberData(nameof(Ways))]
    public async Task Single_result_keeps_the_first_result_and_ends_after_it(TenantIsolation isolation, bool async)
    {
        await using var connection = await each.OpenAsync(isolation);
        await using var batch = connection.Batch("select id from notes order by id", "select 'second'");
        var reader = async ? await batch.ExecuteReaderAsync(CommandBehavior.SingleResult) : batch.ExecuteReader(CommandBehavior.SingleResult);
        for (var id = 1; id <= TenantOfEach.Notes; id++)
        {
            Assert.True(await reader.ReadAsync(async));
            Assert.Equal(id, reader.GetInt64(0));
        }

        Assert.False(await reader.ReadAsync(async));
        Assert.False(await reader.NextAsync(async));
        Assert.False(await reader.ReadAsync(async));
        Assert.Equal(0, reader.FieldCount);
        await reader.EndAsync(async);
        Assert.Equal(5L, await connection.ScalarAsync("select count(*) from notes"));
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task Schema_only_describes_the_tenants_table_and_reads_no_row(TenantIsolation isolation, bool async)
    {
        await using var connection = await each.OpenAsync(isolation);
        await using (var command = connection.Command("select id, mark, size from notes where id > $1", 0L))
        {
            var reader = await command.ReaderAsync(async, CommandBehavior.SchemaOnly);
            Assert.Equal(["id", "mark", "size"], Enumerable.Range(0, reader.FieldCount).Select(reader.GetName));
            Assert.Equal(typeof(int), reader.GetFieldType(2));
            Assert.False(await reader.ReadAsync(async));
            await reader.EndAsync(async);
        }

        Assert.Equal(5L, await connection.ScalarAsync("select count(*) from notes"));
        await connection.CloseAsync();
        Assert.Equal(0, await each.OpenTransactionsAsync(isolation));
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task Schema_only_inside_a_transaction_leaves_the_transaction_open(TenantIsolation isolation, bool async)
    {
        await using var connection = await each.OpenAsync(isolation);
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.Command("insert into notes (id, mark) values (90, 'mine')").ExecuteNonQueryAsync();
        var reader = await connection.Command("select mark from notes").ReaderAsync(async, CommandBehavior.SchemaOnly);
        Assert.Equal("mark", reader.GetName(0));
        await reader.EndAsync(async);
        Assert.Equal("mine", await connection.ScalarAsync("select mark from notes where id = 90"));
        await transaction.RollbackAsync();
        Assert.Null(await connection.ScalarAsync("select mark from notes where id = 90"));
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task Schema_only_of_a_mistake_reports_it_and_keeps_the_connection(TenantIsolation isolation, bool async)
    {
        await using var connection = await each.OpenAsync(isolation);
        var error = await Assert.ThrowsAsync<Npgsql.PostgresException>(async () =>
            await (await connection.Command("select * from nowhere").ReaderAsync(async, CommandBehavior.SchemaOnly)).EndAsync(async));
        Assert.Equal("42P01", error.SqlState);
        Assert.Equal(5L, await connection.ScalarAsync("select count(*) from notes"));
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task Close_connection_gives_the_lease_back(TenantIsolation isolation, bool async)
    {
        // More rounds than the pool has connections: one that was not returned would be waited for.
        for (var round = 0; round < 6; round++)
        {
            var connection = await each.OpenAsync(isolation);
            var reader = await connection.Command("select id from notes").ReaderAsync(async, CommandBehavior.CloseConnection);
            Assert.True(await reader.ReadAsync(async));
            await reader.EndAsync(async);
            Assert.Equal(ConnectionState.Closed, connection.State);
            Assert.True(reader.IsClosed);
        }
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task Close_connection_closes_no_later_lease(TenantIsolation isolation, bool async)
    {
        using var scope = each.Deployment.Tenants.Enter(each[isolation]);
        await using var connection = await each.OpenAsync(isolation);
        var reader = await connection.Command("select id from notes").ReaderAsync(async, CommandBehavior.CloseConnection);
        await reader.EndAsync(async);
        Assert.Equal(ConnectionState.Closed, connection.State);
        await connection.OpenAsync();
        // As at the end of a using.
        await reader.DisposeAsync();
        Assert.Equal(ConnectionState.Open, connection.State);
        Assert.Equal(5L, await connection.ScalarAsync("select count(*) from notes"));
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task Close_connection_is_heard_after_the_transaction_was_disposed_of(TenantIsolation isolation, bool async)
    {
        await using var connection = await each.OpenAsync(isolation);
        var transaction = await connection.BeginTransactionAsync();
        var reader = await connection.Command("select id from notes").ReaderAsync(async, CommandBehavior.CloseConnection);
        Assert.True(await reader.ReadAsync(async));
        await transaction.DisposeAsync();
        Assert.True(reader.IsClosed);
        await reader.EndAsync(async);
        Assert.Equal(ConnectionState.Closed, connection.State);
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task Single_row_and_sequential_access_work_as_with_the_driver(TenantIsolation isolation, bool async)
    {
        await using var connection = await each.OpenAsync(isolation);
        var reader = await connection.Command("select id, mark from notes order by id")
            .ReaderAsync(async, CommandBehavior.SingleRow | CommandBehavior.SequentialAccess);
        Assert.True(await reader.ReadAsync(async));
        Assert.Equal(1, reader.GetInt64(0));
        Assert.Equal("note 1", reader.GetString(1));
        await reader.EndAsync(async);
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task A_big_result_may_be_left_half_read(TenantIsolation isolation, bool async)
    {
        await using var connection = await each.OpenAsync(isolation);
        var reader = await connection.Command("select repeat('x', 1000) from generate_series(1, 20000)")
            .ReaderAsync(async, CommandBehavior.SequentialAccess);
        for (var row = 0; row < 10; row++)
            Assert.True(await reader.ReadAsync(async));
        await reader.EndAsync(async);
        Assert.Equal(5L, await connection.ScalarAsync("select count(*) from notes"));
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task Column_schema_is_answered_without_a_second_connection(TenantIsolation isolation, bool async)
    {
        await using var connection = await each.OpenAsync(isolation);
        await using var reader = (TenantDataReader)await connection.Command("select id, mark from notes").ReaderAsync(async);
        Assert.Equal(["id", "mark"], reader.GetColumnSchema().Select(column => column.ColumnName));
        Assert.Equal(2, reader.GetSchemaTable()!.Rows.Count);
    }
}
