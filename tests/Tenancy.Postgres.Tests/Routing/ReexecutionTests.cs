using Npgsql;

namespace Tenancy.Postgres.Tests;

/// <summary>One command object used again, past the point where the driver prepares statements by itself.</summary>
public sealed class ReexecutionTests(TenantOfEach each) : IClassFixture<TenantOfEach>
{
    const int Often = 8;

    public static TheoryData<TenantIsolation> Isolations => TenantOfEach.Isolations;

    [Theory, MemberData(nameof(Isolations))]
    public async Task A_changed_text_is_what_runs(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        await using var command = connection.CreateCommand();
        for (var round = 0; round < Often; round++)
        {
            command.CommandText = "select 'first'";
            Assert.Equal("first", await command.ExecuteScalarAsync());
            command.CommandText = "select 'second'";
            Assert.Equal("second", await command.ExecuteScalarAsync());
        }
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task Changed_values_are_what_is_sent(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        await using var command = connection.Command("select mark from notes where id = $1", 0L);
        for (var round = 0; round < Often; round++)
        {
            for (var id = 1L; id <= TenantOfEach.Notes; id++)
            {
                command.Parameters[0].Value = id;
                Assert.Equal($"note {id}", await command.ExecuteScalarAsync());
            }
        }
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task Changed_types_and_numbers_of_parameters_are_sent(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        await using var command = connection.Command("select pg_typeof($1)::text", 1);
        for (var round = 0; round < Often; round++)
        {
            foreach (var (value, type) in new (object, string)[] { (1, "integer"), (1L, "bigint"), (1.5m, "numeric"), (true, "boolean"), (Guid.Empty, "uuid") })
            {
                command.CommandText = "select pg_typeof($1)::text";
                command.Parameters.Clear();
                command.Parameters.Add(new NpgsqlParameter { Value = value });
                Assert.Equal(type, await command.ExecuteScalarAsync());
                command.CommandText = "select $1::int + $2::int";
                command.Parameters.Clear();
                command.Parameters.Add(new NpgsqlParameter { Value = round });
                command.Parameters.Add(new NpgsqlParameter { Value = 1 });
                Assert.Equal(round + 1, await command.ExecuteScalarAsync());
            }
        }
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task A_reopened_connection_runs_the_commands_own_text(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        await using var command = connection.Command("select mark from notes where id = $1", 2L);
        using var scope = each.Deployment.Tenants.Enter(each[isolation]);
        for (var round = 0; round < Often; round++)
        {
            Assert.Equal("note 2", await command.ExecuteScalarAsync());
            // Others prepare statements of their own on the backends meanwhile, under the same names.
            await connection.CloseAsync();
            await using (var other = await each.OpenAsync(isolation))
            await using (var another = await each.OpenAsync(isolation))
            {
                for (var use = 0; use < 3; use++)
                {
                    Assert.Equal($"other {round}", await other.ScalarAsync($"select 'other {round}'"));
                    Assert.Equal($"another {round}", await another.ScalarAsync($"select 'another {round}'"));
                }
            }

            await connection.OpenAsync();
        }
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task One_batch_command_serves_two_connections_and_two_batches(TenantIsolation isolation)
    {
        var command = new TenantBatchCommand("select mark from notes where id = $1") { Parameters = { new NpgsqlParameter { Value = 4L } } };
        for (var round = 0; round < Often; round++)
        {
            await using var connection = await each.OpenAsync(isolation);
            await connection.ScalarAsync($"select {round}");
            await using var batch = connection.CreateBatch();
            batch.BatchCommands.Add(command);
            Assert.Equal("note 4", await batch.ExecuteScalarAsync());
        }
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task A_command_moves_to_the_connection_it_is_given(TenantIsolation isolation)
    {
        await using var first = await each.OpenAsync(isolation);
        await using var second = await each.OpenAsync(isolation);
        await using var command = first.Command("select pg_backend_pid()");
        for (var round = 0; round < Often; round++)
        {
            command.Connection = first;
            Assert.Equal(first.Inner.ProcessID, await command.ExecuteScalarAsync());
            command.Connection = second;
            Assert.Equal(second.Inner.ProcessID, await command.ExecuteScalarAsync());
        }
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task A_text_that_is_refused_does_not_run_the_text_before_it(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        await using var command = connection.Command("select 1");
        await command.ExecuteScalarAsync();
        command.CommandText = "set role postgres";
        await Assert.ThrowsAsync<StatementRefusedException>(() => command.ExecuteScalarAsync());
        command.CommandText = "select 2";
        Assert.Equal(2, await command.ExecuteScalarAsync());
    }
}
