using System.Data;
using System.Transactions;
using IsolationLevel = System.Data.IsolationLevel;

namespace Tenancy.Postgres.Tests;

public sealed class TransactionTests(TenantOfEach each) : IClassFixture<TenantOfEach>
{
    public static TheoryData<TenantIsolation> Isolations => TenantOfEach.Isolations;

    public static TheoryData<TenantIsolation, bool> Ways => BehaviorTests.Ways;

    [Theory, MemberData(nameof(Ways))]
    public async Task A_transaction_scope_commits_or_rolls_back(TenantIsolation isolation, bool complete)
    {
        using (var scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
        {
            await using (var connection = await each.OpenAsync(isolation))
                await connection.Command("insert into notes (id, mark) values (200, 'ambient')").ExecuteNonQueryAsync();
            await using (var connection = await each.OpenAsync(isolation))
                Assert.Equal("ambient", await connection.ScalarAsync("select mark from notes where id = 200"));
            if (complete)
                scope.Complete();
        }

        await using var after = await each.OpenAsync(isolation);
        Assert.Equal(complete ? 1 : 0, await after.Command("delete from notes where id = 200").ExecuteNonQueryAsync());
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task Commit_keeps_and_disposal_rolls_back(TenantIsolation isolation, bool async)
    {
        await using var connection = await each.OpenAsync(isolation);
        foreach (var commit in new[] { true, false })
        {
            var transaction = async ? await connection.BeginTransactionAsync() : connection.BeginTransaction();
            await connection.Command("insert into notes (id, mark) values (201, 'x')").ExecuteNonQueryAsync();
            if (commit && async)
                await transaction.CommitAsync();
            else if (commit)
                transaction.Commit();
            if (async)
                await transaction.DisposeAsync();
            else
                transaction.Dispose();
            Assert.Equal(commit ? 1 : 0, await connection.Command("delete from notes where id = 201").ExecuteNonQueryAsync());
        }
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task Savepoints_keep_the_tenant_and_what_came_before(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        await using var transaction = await connection.BeginTransactionAsync();
        Assert.True(transaction.SupportsSavepoints);
        await transaction.SaveAsync("first");
        await connection.Command("update notes set size = 9 where id = 1").ExecuteNonQueryAsync();
        await transaction.SaveAsync("second");
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => connection.ScalarAsync("select 1 / 0"));
        await transaction.RollbackAsync("second");
        Assert.Equal(9, await connection.ScalarAsync("select size from notes where id = 1"));
        await transaction.RollbackAsync("first");
        Assert.Equal(5L, await connection.ScalarAsync("select count(*) from notes where size <> 9"));
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task The_isolation_level_is_the_one_asked_for(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.Serializable);
        Assert.Equal("serializable", await connection.ScalarAsync("show transaction_isolation"));
        Assert.Equal(IsolationLevel.Serializable, transaction.IsolationLevel);
        Assert.Same(connection, transaction.Connection);
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task A_transaction_of_another_connection_is_refused(TenantIsolation isolation)
    {
        await using var one = await each.OpenAsync(isolation);
        await using var two = await each.OpenAsync(isolation);
        await using var transaction = await one.BeginTransactionAsync();
        await using var command = two.Command("select 1");
        command.Transaction = transaction;
        await Assert.ThrowsAsync<InvalidOperationException>(() => command.ExecuteScalarAsync());
        await using var batch = two.Batch("select 1");
        batch.Transaction = transaction;
        await Assert.ThrowsAsync<InvalidOperationException>(() => batch.ExecuteScalarAsync());
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task A_transaction_that_has_ended_says_so(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        var transaction = await connection.BeginTransactionAsync();
        await transaction.CommitAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => transaction.CommitAsync());
        Assert.Throws<InvalidOperationException>(transaction.Rollback);
        Assert.Null(transaction.Connection);
        await transaction.DisposeAsync();
        await using var next = await connection.BeginTransactionAsync();
        Assert.Equal(5L, await connection.ScalarAsync("select count(*) from notes"));
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task Closing_in_a_transaction_rolls_back_and_returns_a_clean_connection(TenantIsolation isolation)
    {
        for (var round = 0; round < 6; round++)
        {
            var connection = await each.OpenAsync(isolation);
            await connection.BeginTransactionAsync();
            await connection.Command("delete from notes").ExecuteNonQueryAsync();
            await connection.CloseAsync();
            Assert.Equal(ConnectionState.Closed, connection.State);
        }

        await using var after = await each.OpenAsync(isolation);
        Assert.Equal(5L, await after.ScalarAsync("select count(*) from notes"));
    }
}
