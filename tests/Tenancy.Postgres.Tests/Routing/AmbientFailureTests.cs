using System.Data;
using System.Diagnostics;
using System.Transactions;
using Npgsql;

namespace Tenancy.Postgres.Tests;

/// <summary>Whatever ends a TransactionScope, its transaction goes with it: no later lease is inside it.</summary>
public sealed class AmbientFailureTests(TenantOfEach each) : IClassFixture<TenantOfEach>
{
    static TransactionScope Scope(double seconds = 60) =>
        new(TransactionScopeOption.Required, TimeSpan.FromSeconds(seconds), TransactionScopeAsyncFlowOption.Enabled);

    [Theory, MemberData(nameof(TenantOfEach.Isolations), MemberType = typeof(TenantOfEach))]
    public async Task A_scope_that_lost_its_connection_takes_no_other(TenantIsolation isolation)
    {
        using (Scope())
        {
            await using (var connection = await each.OpenAsync(isolation))
            {
                await connection.Command("insert into notes (id, mark) values (600, 'lost')").ExecuteNonQueryAsync();
                await KillAsync(isolation);
                await Assert.ThrowsAnyAsync<NpgsqlException>(() => connection.ScalarAsync("select 1"));
            }

            Assert.Contains("lost", (await Assert.ThrowsAsync<InvalidOperationException>(() => each.OpenAsync(isolation))).Message, StringComparison.Ordinal);
        }

        await NextLeaseCommitsAsync(isolation);
    }

    [Theory, MemberData(nameof(BehaviorTests.Ways), MemberType = typeof(BehaviorTests))]
    public async Task A_scope_that_times_out_while_its_connection_closes_leaves_nothing(TenantIsolation isolation, bool async)
    {
        using (Scope(1))
        {
            var connection = await each.OpenAsync(isolation);
            var reader = await connection.Command("select repeat('x', 20000), pg_sleep(0.02) from generate_series(1, 150)").ReaderAsync(async);
            Assert.True(await reader.ReadAsync(async));
            if (async)
                await connection.DisposeAsync();
            else
                connection.Dispose();
        }

        await NextLeaseCommitsAsync(isolation);
    }

    [Theory, MemberData(nameof(TenantOfEach.Isolations), MemberType = typeof(TenantOfEach))]
    public async Task A_second_session_is_refused_and_the_first_is_kept(TenantIsolation isolation)
    {
        await using var outside = await each.OpenAsync(isolation);
        using (var scope = Scope())
        {
            await using (var inside = await each.OpenAsync(isolation))
                await inside.Command("insert into notes (id, mark) values (603, 'x')").ExecuteNonQueryAsync();
            Assert.Throws<InvalidOperationException>(() => outside.EnlistTransaction(Transaction.Current));
            scope.Complete();
        }

        Assert.Equal(1, await outside.Command("delete from notes where id = 603").ExecuteNonQueryAsync());
        await outside.CloseAsync();
        await NextLeaseCommitsAsync(isolation);
    }

    [Theory, MemberData(nameof(TenantOfEach.Isolations), MemberType = typeof(TenantOfEach))]
    public async Task A_connection_that_could_not_take_part_is_closed(TenantIsolation isolation)
    {
        var connection = each.Deployment.Data.CreateConnection();
        using (each.Deployment.Tenants.Enter(each[isolation]))
        using (Scope())
        {
            Transaction.Current!.Rollback();
            await Assert.ThrowsAnyAsync<TransactionException>(() => connection.OpenAsync());
        }

        Assert.Equal(ConnectionState.Closed, connection.State);
    }

    [Theory, MemberData(nameof(TenantOfEach.Isolations), MemberType = typeof(TenantOfEach))]
    public async Task Nothing_is_written_after_the_timeout(TenantIsolation isolation)
    {
        using (var scope = Scope(1))
        {
            await using var connection = await each.OpenAsync(isolation);
            await connection.Command("insert into notes (id, mark) values (604, 'before')").ExecuteNonQueryAsync();
            // The framework looks at timeouts now and then only.
            await Task.Delay(4000);
            await Assert.ThrowsAsync<InvalidOperationException>(() => connection.Command("insert into notes (id, mark) values (605, 'after')").ExecuteNonQueryAsync());
        }

        await using var after = await each.OpenAsync(isolation);
        Assert.Equal(0L, await after.ScalarAsync("select count(*) from notes where id in (604, 605)"));
    }

    [Theory, InlineData(TenantIsolation.Row, true), InlineData(TenantIsolation.Schema, false), InlineData(TenantIsolation.Database, true)]
    public async Task What_runs_when_a_scope_times_out_is_stopped(TenantIsolation isolation, bool async)
    {
        var (watch, closing) = (Stopwatch.StartNew(), new Stopwatch());
        using (Scope(1))
        {
            await using var connection = await each.OpenAsync(isolation);
            await connection.Command("insert into notes (id, mark) values (606, 'x')").ExecuteNonQueryAsync();
            await using var sleep = connection.Command("select pg_sleep(60)");
            sleep.CommandTimeout = 0;
            await Assert.ThrowsAsync<OperationCanceledException>(() => async ? sleep.ExecuteNonQueryAsync() : Task.Run(sleep.ExecuteNonQuery));
            closing.Start();
            Assert.Contains("has ended", (await Assert.ThrowsAsync<InvalidOperationException>(() => connection.ScalarAsync("select 1"))).Message, StringComparison.Ordinal);
        }

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"It took {watch.Elapsed}.");
        // Whoever closes it does not wait for the timer's thread, nor that for him.
        Assert.True(closing.Elapsed < TimeSpan.FromSeconds(2.5), $"Closing took {closing.Elapsed}.");
        await NextLeaseCommitsAsync(isolation);
    }

    [Theory, MemberData(nameof(TenantOfEach.Isolations), MemberType = typeof(TenantOfEach))]
    public async Task A_reader_that_is_open_when_its_transaction_is_rolled_back_has_nothing_lost_in_silence(TenantIsolation isolation)
    {
        await using (var connection = await each.OpenAsync(isolation))
        {
            using var transaction = new CommittableTransaction();
            connection.EnlistTransaction(transaction);
            await connection.Command("insert into notes (id, mark) values (607, 'rolled back')").ExecuteNonQueryAsync();
            await using var reader = await connection.Command("select repeat('x', 9000), pg_sleep(case when n > 3 then 60 else 0 end) from generate_series(1, 100) as n").ExecuteReaderAsync();
            Assert.True(await reader.ReadAsync());
            var watch = Stopwatch.StartNew();
            await Task.Run(transaction.Rollback);
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2), $"It took {watch.Elapsed}.");
            var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => connection.Command("insert into notes (id, mark) values (608, 'lost')").ExecuteNonQueryAsync());
            Assert.Contains("Close the connection", refused.Message, StringComparison.Ordinal);
        }

        await using var after = await each.OpenAsync(isolation);
        Assert.Equal(0L, await after.ScalarAsync("select count(*) from notes where id in (607, 608)"));
        await after.CloseAsync();
        await NextLeaseCommitsAsync(isolation);
    }

    [Theory, MemberData(nameof(TenantOfEach.Isolations), MemberType = typeof(TenantOfEach))]
    public async Task A_scope_around_an_open_connection_is_no_transaction_of_its(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        using var scope = Scope();
        await using var reader = await connection.Command("select id from notes").ExecuteReaderAsync(CommandBehavior.KeyInfo | CommandBehavior.SchemaOnly);
        Assert.Equal("notes", reader.GetColumnSchema()[0].BaseTableName);
        await reader.CloseAsync();
        await using var rows = new StringWriter();
        await connection.ExportAsync("select id from notes where id = 3", rows);
        Assert.Equal("3\n", rows.ToString());
    }

    async Task NextLeaseCommitsAsync(TenantIsolation isolation)
    {
        // A session that was closed ends on the server a moment later.
        for (var tries = 0; await each.OpenTransactionsAsync(isolation) > 0 && tries < 50; tries++)
            await Task.Delay(20);
        Assert.Equal(0L, await each.OpenTransactionsAsync(isolation));
        await using (var next = await each.OpenAsync(isolation))
            Assert.Equal(1, await next.Command("insert into notes (id, mark) values (699, 'next')").ExecuteNonQueryAsync());
        Assert.Equal(0L, await each.OpenTransactionsAsync(isolation));
        await using var after = await each.OpenAsync(isolation);
        Assert.Equal(1, await after.Command("delete from notes where id = 699").ExecuteNonQueryAsync());
        Assert.Equal(5L, await after.ScalarAsync("select count(*) from notes"));
    }

    async Task KillAsync(TenantIsolation isolation)
    {
        await using var administrator = await PrivateCluster.OpenAsync(each[isolation].Placement.Database);
        await using var command = new NpgsqlCommand(
            "select count(pg_terminate_backend(pid, 5000)) from pg_stat_activity where datname = current_database() and xact_start is not null and pid <> pg_backend_pid() and backend_type = 'client backend'",
            administrator);
        Assert.Equal(1L, await command.ExecuteScalarAsync());
    }
}
