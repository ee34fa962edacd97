using System.Data;
using Npgsql;

namespace Tenancy.Postgres.Tests;

/// <summary>A lent session is in the tenant's scope, and whatever is done to it reaches nobody else.</summary>
public sealed class UseNpgsqlTests(UseNpgsqlTests.OneConnection each) : IClassFixture<UseNpgsqlTests.OneConnection>
{
    public sealed class OneConnection : TenantOfEach
    {
        // One to a pool: whoever comes next gets the session before, if it was given back.
        protected override DeploymentOptions Options => new() { Budget = 1 };
    }

    public static TheoryData<TenantIsolation> Isolations => TenantOfEach.Isolations;

    /// <summary>What a body could leave behind, and how the next session would tell.</summary>
    static readonly (string Statement, string Trace)[] Hostile =
    [
        ("set session statement_timeout = '7s'", "select current_setting('statement_timeout') = '7s'"),
        ("set session tenancy.tenant = '00000000-0000-4000-8000-00000000000a'", "select current_setting('tenancy.tenant', true) like '%0a'"),
        ("set search_path = pg_catalog", "select current_setting('search_path') = 'pg_catalog'"),
        ("listen gossip", "select exists (select from pg_listening_channels())"),
        ("prepare left_over as select true", "execute left_over"),
        ("declare left_open cursor with hold for select 1", "select exists (select from pg_cursors where name = 'left_open')"),
    ];

    public static TheoryData<TenantIsolation, int> Bodies => new MatrixTheoryData<TenantIsolation, int>(Enum.GetValues<TenantIsolation>(), [.. Enumerable.Range(0, Hostile.Length)]);

    static async Task<object?> AskAsync(NpgsqlConnection npgsql, string sql)
    {
        await using var command = new NpgsqlCommand(sql, npgsql);
        return await command.ExecuteScalarAsync();
    }

    static async Task<bool> IsThereAsync(NpgsqlConnection npgsql, string trace)
    {
        try
        {
            return await AskAsync(npgsql, trace) is true;
        }
        catch (PostgresException e) when (e.SqlState == "26000")
        {
            // No such prepared statement.
            return false;
        }
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task The_work_is_the_tenants_and_is_committed(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        var seen = await connection.UseNpgsqlAsync(async (npgsql, stop) =>
        {
            await AskAsync(npgsql, "insert into notes (id, mark) values (600, 'lent')");
            Assert.Equal(each[isolation].Id.Value, await AskAsync(npgsql, "select tenancy.current_tenant()"));
            return await AskAsync(npgsql, "select count(*) from notes");
        });
        Assert.Equal(6L, seen);
        Assert.Equal(1, await connection.Command("delete from notes where id = 600").ExecuteNonQueryAsync());
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task Work_that_throws_or_leaves_the_transaction_is_not_committed(TenantIsolation isolation)
    {
        using var scope = each.Deployment.Tenants.Enter(each[isolation]);
        await Assert.ThrowsAsync<FormatException>(() => each.Deployment.Data.UseNpgsqlAsync(async (npgsql, stop) =>
        {
            await AskAsync(npgsql, "insert into notes (id, mark) values (601, 'lost')");
            throw new FormatException();
        }));
        foreach (var way in new[] { "rollback", "rollback; begin", "commit; begin" })
        {
            var left = await Assert.ThrowsAsync<InvalidOperationException>(() => each.Deployment.Data.UseNpgsqlAsync((npgsql, stop) => AskAsync(npgsql, way)));
            Assert.Contains("scope", left.Message, StringComparison.Ordinal);
        }

        await Assert.ThrowsAsync<InvalidOperationException>(() => each.Deployment.Data.UseNpgsqlAsync((npgsql, stop) => npgsql.CloseAsync()));
        await using var connection = await each.Deployment.Data.OpenConnectionAsync();
        Assert.Equal(5L, await connection.ScalarAsync("select count(*) from notes"));
    }

    [Theory, MemberData(nameof(Bodies))]
    public async Task Nothing_that_a_body_does_to_its_session_meets_the_next_lease(TenantIsolation isolation, int body)
    {
        var (statement, trace) = Hostile[body];
        using var scope = each.Deployment.Tenants.Enter(each[isolation]);
        var left = false;
        try
        {
            await each.Deployment.Data.UseNpgsqlAsync(async (npgsql, stop) =>
            {
                await AskAsync(npgsql, statement);
                await AskAsync(npgsql, "commit");
                // The control: it does stay in the session.
                left = await IsThereAsync(npgsql, trace);
                // Given back to a pool, it would be the next tenant's.
                await npgsql.CloseAsync();
            });
        }
        catch (InvalidOperationException)
        {
            // It ended its transaction, and is told so.
        }

        Assert.True(left, "The statement left no trace, so that its absence would say nothing.");
        for (var round = 0; round < 3; round++)
        {
            await using var connection = await each.Deployment.Data.OpenConnectionAsync();
            Assert.False(await IsThereAsync(connection.Inner, trace));
            Assert.Equal(5L, await connection.ScalarAsync("select count(*) from notes"));
        }
    }

    [Fact]
    public async Task Without_its_transaction_a_body_has_no_scope_and_reads_nothing()
    {
        foreach (var isolation in new[] { TenantIsolation.Row, TenantIsolation.Schema })
        {
            using var scope = each.Deployment.Tenants.Enter(each[isolation]);
            var table = SqlIdentifier.Quote(each[isolation].Placement.Schema) + ".notes";
            await Assert.ThrowsAsync<InvalidOperationException>(() => each.Deployment.Data.UseNpgsqlAsync(async (npgsql, stop) =>
            {
                Assert.Equal(5L, await AskAsync(npgsql, $"select count(*) from {table}"));
                await AskAsync(npgsql, "commit");
                var refused = await Assert.ThrowsAsync<PostgresException>(() => AskAsync(npgsql, $"select count(*) from {table}"));
                Assert.Equal("42501", refused.SqlState);
            }));
        }
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task The_latch_holds_inside(TenantIsolation isolation)
    {
        using var scope = each.Deployment.Tenants.Enter(each[isolation]);
        var other = Enum.GetValues<TenantIsolation>().First(one => one != isolation);
        var refused = await Assert.ThrowsAsync<PostgresException>(() => each.Deployment.Data.UseNpgsqlAsync((npgsql, stop) =>
            AskAsync(npgsql, $"select tenancy.enter('{each[other].Id}')")));
        Assert.Equal("42501", refused.SqlState);
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task A_connection_that_was_kept_is_of_no_use(TenantIsolation isolation)
    {
        using var scope = each.Deployment.Tenants.Enter(each[isolation]);
        NpgsqlConnection? kept = null;
        var backend = await each.Deployment.Data.UseNpgsqlAsync((npgsql, stop) => Task.FromResult((kept = npgsql).ProcessID));
        Assert.Equal(ConnectionState.Closed, kept!.State);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => kept.OpenAsync());
        await using var administrator = await PrivateCluster.OpenAsync(each[isolation].Placement.Database);
        for (var tries = 0; (bool)(await AskAsync(administrator, $"select exists (select from pg_stat_activity where pid = {backend})"))!; tries++)
        {
            Assert.True(tries < 50, "The session is still there.");
            await Task.Delay(20);
        }
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task A_session_that_is_lent_is_not_given_back_by_closing(TenantIsolation isolation)
    {
        await using (var connection = await each.OpenAsync(isolation))
        {
            await Assert.ThrowsAnyAsync<InvalidOperationException>(() => connection.UseNpgsqlAsync(async (npgsql, stop) =>
            {
                await AskAsync(npgsql, "set statement_timeout = '7s'");
                await connection.CloseAsync();
            }));
        }

        await using var next = await each.OpenAsync(isolation);
        Assert.NotEqual("7s", await next.ScalarAsync("select current_setting('statement_timeout')"));
        Assert.Equal(1, await next.Command("insert into notes (id, mark) values (77, 'next')").ExecuteNonQueryAsync());
        await next.CloseAsync();
        await using var after = await each.OpenAsync(isolation);
        await using var transaction = await after.BeginTransactionAsync();
        Assert.Equal(1, await after.Command("delete from notes where id = 77").ExecuteNonQueryAsync());
        await transaction.CommitAsync();
    }

    [Fact]
    public async Task Not_without_a_tenant_nor_in_a_transaction()
    {
        await Assert.ThrowsAsync<NoTenantException>(() => each.Deployment.Data.UseNpgsqlAsync((npgsql, stop) => Task.CompletedTask));
        await using var connection = await each.OpenAsync(TenantIsolation.Row);
        await using var transaction = await connection.BeginTransactionAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => connection.UseNpgsqlAsync((npgsql, stop) => Task.CompletedTask));
    }

    [Fact]
    public async Task One_at_a_time_for_each_pool()
    {
        using var scope = each.Deployment.Tenants.Enter(each[TenantIsolation.Row]);
        var (running, most) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => each.Deployment.Data.UseNpgsqlAsync(async (npgsql, stop) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await AskAsync(npgsql, "select pg_sleep(0.05)");
            Interlocked.Decrement(ref running);
        })));
        Assert.Equal(1, most);
    }
}
