using System.Data;
using Npgsql;

namespace Tenancy.Postgres.Tests;

/// <summary>I1 and the promise of no extra round trip, as the wire shows them.</summary>
public sealed class WireTests(ProxiedTenants each) : IClassFixture<ProxiedTenants>
{
    public static TheoryData<TenantIsolation> Isolations => TenantOfEach.Isolations;

    public static TheoryData<TenantIsolation, bool> Ways => BehaviorTests.Ways;

    [Theory, MemberData(nameof(Ways))]
    public async Task Every_way_to_execute_sends_the_scope_first(TenantIsolation isolation, bool async)
    {
        var said = await each.SaidAsync(isolation, async () =>
        {
            for (var round = 0; round < 4; round++)
                await EverythingAsync(isolation, async);
        });
        Assert.True(said.Count(message => message.Type == 'E') > 50, "Nothing was recorded.");
        Assert.Empty(Conversation.Unscoped(said));
    }

    [Fact]
    public async Task What_a_plain_connection_sends_is_found_to_lack_the_scope()
    {
        var said = await PlainAsync(async connection =>
        {
            await using var command = new NpgsqlCommand("select 1", connection);
            await command.ExecuteScalarAsync();
        });
        Assert.NotEmpty(Conversation.Unscoped(said));
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task A_command_is_one_round_trip_with_one_sync(TenantIsolation isolation, bool async)
    {
        await using var connection = await each.OpenAsync(isolation);
        for (var round = 0; round < 4; round++)
        {
            var said = await each.SaidAsync(isolation, async () =>
            {
                await using var command = connection.Command("select mark from notes where id = $1", 1L);
                _ = async ? await command.ExecuteScalarAsync() : command.ExecuteScalar();
            });
            Assert.Equal(1, Conversation.Syncs(said));
            Assert.Equal(1, Conversation.Trips(said));
            Assert.Equal(2, said.Count(message => message.Type == 'E'));
        }
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task Opening_and_closing_a_pooled_connection_sends_nothing(TenantIsolation isolation)
    {
        await (await each.OpenAsync(isolation)).DisposeAsync();
        var said = await each.SaidAsync(isolation, async () =>
        {
            for (var round = 0; round < 5; round++)
                await (await each.OpenAsync(isolation)).DisposeAsync();
        });
        Assert.Empty(said);
    }

    [Fact]
    public async Task A_new_session_is_asked_for_what_its_login_sets_and_only_then()
    {
        await using (var connection = await each.OpenAsync(TenantIsolation.Row))
            await PrivateCluster.ExecuteAsync("postgres", $"select pg_terminate_backend({await connection.ScalarAsync("select pg_backend_pid()")}, 5000)");
        var said = await each.SaidAsync(TenantIsolation.Row, async () =>
        {
            for (var lease = 0; lease < 2; lease++)
            {
                await using var connection = await each.OpenAsync(TenantIsolation.Row);
                await connection.ScalarAsync("select 1");
            }
        });
        var scopes = said.Where(message => message.Type == 'B' && message.Sql.Contains("tenancy.enter(", StringComparison.Ordinal)).Select(message => message.Sql).ToList();
        Assert.Equal(["select tenancy.attest_new($2), tenancy.enter($1)", "select tenancy.enter($1)"], scopes.TakeLast(2));
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task A_batch_is_one_round_trip_with_one_scope(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        var said = await each.SaidAsync(isolation, async () =>
        {
            await using var batch = connection.Batch("select 1", "select 2", "select 3");
            await batch.ExecuteNonQueryAsync();
        });
        Assert.Equal(1, Conversation.Syncs(said));
        Assert.Equal(1, Conversation.Trips(said));
        Assert.Equal(4, said.Count(message => message.Type == 'E'));
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task A_transaction_takes_as_many_round_trips_as_a_plain_one(TenantIsolation isolation)
    {
        await using var tenants = await each.OpenAsync(isolation);
        // Long enough for all of a turn to arrive before the first answer to it leaves.
        each.Proxy.Delay = TimeSpan.FromMilliseconds(20);
        try
        {
            var plain = await PlainAsync(async connection =>
            {
                await using var transaction = await connection.BeginTransactionAsync();
                for (var i = 0; i < 2; i++)
                {
                    await using var command = new NpgsqlCommand("select 1", connection, transaction);
                    await command.ExecuteScalarAsync();
                }

                await transaction.CommitAsync();
            });
            var said = await each.SaidAsync(isolation, async () =>
            {
                await using var transaction = await tenants.BeginTransactionAsync();
                for (var i = 0; i < 2; i++)
                    await tenants.ScalarAsync("select 1");
                await transaction.CommitAsync();
            });
            Assert.Equal(Conversation.Syncs(plain), Conversation.Syncs(said));
            Assert.Equal((3, 3), (Conversation.Trips(plain), Conversation.Trips(said)));
            // What a round trip more looks like, sent ahead of each command by hand.
            var more = await PlainAsync(async connection =>
            {
                foreach (var statement in new[] { "select 1", "select 2" })
                {
                    await using var command = new NpgsqlCommand(statement, connection);
                    await command.ExecuteScalarAsync();
                }
            });
            Assert.Equal(2, Conversation.Trips(more));
        }
        finally
        {
            each.Proxy.Delay = TimeSpan.Zero;
        }
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task A_repeated_statement_is_parsed_once(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        for (var round = 0; round < 6; round++)
            await connection.ScalarAsync("select count(*) from notes");
        var said = await each.SaidAsync(isolation, () => connection.ScalarAsync("select count(*) from notes"));
        Assert.DoesNotContain(said, message => message.Type == 'P');
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task A_refused_statement_is_never_sent(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        Assert.Empty(await each.SaidAsync(isolation, async () =>
        {
            foreach (var refused in new[] { "set role postgres", "select 1; select 2", "reset all", "", "do $$ begin end $$" })
                await Assert.ThrowsAsync<StatementRefusedException>(() => connection.ScalarAsync(refused));
            await using var batch = connection.Batch("select 1", "commit");
            await Assert.ThrowsAsync<StatementRefusedException>(() => batch.ExecuteNonQueryAsync());
        }));
    }

    async Task EverythingAsync(TenantIsolation isolation, bool async)
    {
        await using var connection = await each.OpenAsync(isolation);
        foreach (var behavior in Enum.GetValues<CommandBehavior>().Where(value => value != CommandBehavior.CloseConnection))
        {
            await using var command = connection.Command("select mark from notes where id = $1", 1L);
            await (await command.ReaderAsync(async, behavior)).EndAsync(async);
        }

        await connection.Command("update notes set size = 1").ExecuteNonQueryAsync();
        await connection.Batch("select 1", "insert into notes (id, mark) values (99, 'x')", "delete from notes where id = 99").ExecuteNonQueryAsync();
        await Assert.ThrowsAsync<PostgresException>(() => connection.ScalarAsync("select 1 / 0"));
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ScalarAsync("select 1");
        await transaction.SaveAsync("here");
        await Assert.ThrowsAsync<PostgresException>(() => connection.ScalarAsync("select nothing"));
        await transaction.RollbackAsync("here");
        await connection.ScalarAsync("select count(*) from notes");
        await (await connection.Command("select 1").ReaderAsync(async, CommandBehavior.SchemaOnly)).EndAsync(async);
        await transaction.CommitAsync();
        await connection.Command("select 1").PrepareAsync();
        await connection.ScalarAsync("select 1");
    }

    async Task<IReadOnlyList<FrontendMessage>> PlainAsync(Func<NpgsqlConnection, Task> work)
    {
        var options = each.Deployment.Options;
        await using var connection = new NpgsqlConnection(
            Deployment.ConnectionString(options.SharedDatabase, options.AppLogin, options.Port) + ";Pooling=false");
        await connection.OpenAsync();
        return await each.Proxy.DuringAsync(() => work(connection));
    }
}
