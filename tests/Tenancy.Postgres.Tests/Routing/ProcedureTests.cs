using System.Data;
using Npgsql;

namespace Tenancy.Postgres.Tests;

/// <summary>A procedure that commits would end the scope; called in a transaction block it cannot.</summary>
public sealed class ProcedureTests(TenantsWithProcedures each) : IClassFixture<TenantsWithProcedures>
{
    public static TheoryData<TenantIsolation> Isolations => TenantOfEach.Isolations;

    public static TheoryData<TenantIsolation, bool> Ways => BehaviorTests.Ways;

    static TenantCommand Procedure(TenantConnection connection, string name, params NpgsqlParameter[] parameters)
    {
        var command = connection.Command(name);
        command.CommandType = CommandType.StoredProcedure;
        command.Parameters.AddRange(parameters);
        return command;
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task A_procedure_runs_and_its_work_stays(TenantIsolation isolation, bool async)
    {
        await using var connection = await each.OpenAsync(isolation);
        for (var id = 800L; id < 803; id++)
        {
            await using var command = Procedure(connection, "add_note", new() { Value = id }, new() { Value = "called" });
            Assert.Equal(-1, async ? await command.ExecuteNonQueryAsync() : command.ExecuteNonQuery());
        }

        await connection.Command("call add_note(803, 'as text')").ExecuteNonQueryAsync();
        await using var after = await each.OpenAsync(isolation);
        Assert.Equal(4, await after.Command("delete from notes where id between 800 and 803").ExecuteNonQueryAsync());
        Assert.Equal(0, await each.OpenTransactionsAsync(isolation));
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task Output_parameters_are_filled_each_time(TenantIsolation isolation, bool async)
    {
        await using var connection = await each.OpenAsync(isolation);
        await using var command = Procedure(connection, "doubles",
            new() { ParameterName = "n", Value = 21, Direction = ParameterDirection.InputOutput },
            new() { ParameterName = "said", NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text, Direction = ParameterDirection.Output });
        for (var expected = 42; expected < 400; expected *= 2)
        {
            if (async)
                await command.ExecuteNonQueryAsync();
            else
                command.ExecuteNonQuery();
            Assert.Equal(expected, command.Parameters["n"].Value);
            Assert.Equal($"it is {expected}", command.Parameters["said"].Value);
        }
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task A_procedure_cannot_end_the_transaction_of_its_call(TenantIsolation isolation, bool async)
    {
        await using var connection = await each.OpenAsync(isolation);
        var other = Guid.NewGuid();
        foreach (var explicitly in new[] { false, true })
        {
            foreach (var call in new[] { "call commits()", "call rolls_back()", $"call moves_on('{other}')", $"/**/ (call moves_on('{other}'))" })
            {
                await using var transaction = explicitly ? await connection.BeginTransactionAsync() : null;
                var refused = await Assert.ThrowsAsync<PostgresException>(async () =>
                    _ = async ? await connection.Command(call).ExecuteNonQueryAsync() : connection.Command(call).ExecuteNonQuery());
                Assert.Equal(call.Contains('(', StringComparison.Ordinal) && call.StartsWith("/**/", StringComparison.Ordinal) ? "42601" : "2D000", refused.SqlState);
            }

            await using var batch = connection.Batch("select 1", "call commits()", "select 2");
            await Assert.ThrowsAsync<PostgresException>(async () => _ = async ? await batch.ExecuteNonQueryAsync() : batch.ExecuteNonQuery());
        }

        Assert.Equal(0L, await connection.ScalarAsync("select count(*) from notes where id >= 700"));
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task Nor_where_the_transaction_has_ended_unnoticed(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        await using var transaction = await connection.BeginTransactionAsync();
        // As a failed COMMIT would: to us a transaction is open, to the server there is none. The savepoint finds out.
        await new NpgsqlCommand("rollback", connection.Inner).ExecuteNonQueryAsync();
        var refused = await Assert.ThrowsAsync<PostgresException>(() => connection.Command("call commits()").ExecuteNonQueryAsync());
        Assert.Equal("25P01", refused.SqlState);
        await using var after = await each.OpenAsync(isolation);
        Assert.Equal(0L, await after.ScalarAsync("select count(*) from notes where id >= 700"));
    }

    [Fact]
    public async Task Without_a_transaction_block_it_would_commit_and_enter_another_tenant()
    {
        var victim = await each.Deployment.CreateAsync(TenantIsolation.Row);
        await using var plain = new NpgsqlConnection(
            Deployment.ConnectionString(each.Deployment.SharedDatabase, each.Deployment.Options.AppLogin) + ";Pooling=false;Search Path=app");
        await plain.OpenAsync();
        await using var batch = new NpgsqlBatch(plain)
        {
            BatchCommands = { new($"select tenancy.enter('{each[TenantIsolation.Row].Id}')"), new($"call moves_on('{victim.Id}')") },
        };
        await batch.ExecuteNonQueryAsync();

        using (each.Deployment.Tenants.Enter(victim))
        {
            await using var connection = await each.Deployment.Data.OpenConnectionAsync();
            Assert.Equal("elsewhere", await connection.ScalarAsync("select mark from notes where id = 701"));
        }

        // The same through us.
        await using var tenants = await each.OpenAsync(TenantIsolation.Row);
        await Assert.ThrowsAsync<PostgresException>(() => tenants.Command($"call moves_on('{victim.Id}')").ExecuteNonQueryAsync());
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task A_call_that_is_left_unread_is_committed_and_gives_the_connection_back(TenantIsolation isolation, bool async)
    {
        for (var round = 0; round < 6; round++)
        {
            await using var connection = await each.OpenAsync(isolation);
            var reader = await Procedure(connection, "doubles", new() { Value = round }, new() { Direction = ParameterDirection.Output }).ReaderAsync(async);
            await reader.EndAsync(async);
            Assert.Equal(5L, await connection.ScalarAsync("select count(*) from notes"));
        }

        Assert.Equal(0, await each.OpenTransactionsAsync(isolation));
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task A_name_is_nothing_but_a_name(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        foreach (var type in new[] { CommandType.StoredProcedure, CommandType.TableDirect })
        {
            foreach (var text in new[] { "commits(); select 1 --", "notes where true", "a, b", "", "\"x", "notes; commit", "(select 1) x" })
            {
                var command = connection.Command(text);
                command.CommandType = type;
                await Assert.ThrowsAsync<StatementRefusedException>(() => command.ExecuteNonQueryAsync());
            }
        }
    }
}
