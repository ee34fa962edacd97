using System.Data;
using Npgsql;

namespace Tenancy.Postgres.Tests;

/// <summary>A ROLLBACK that is cancelled or times out leaves nobody in another's failed transaction.</summary>
public sealed class RollbackTests(RollbackTests.OneConnection each) : IClassFixture<RollbackTests.OneConnection>
{
    const int Rounds = 15;

    public sealed class OneConnection : TenantOfEach
    {
        protected override DeploymentOptions Options => new() { Budget = 1 };
    }

    public static TheoryData<TenantIsolation, bool, string> Ways
    {
        get
        {
            var ways = new TheoryData<TenantIsolation, bool, string>();
            foreach (var isolation in Enum.GetValues<TenantIsolation>())
                foreach (var async in new[] { true, false })
                    foreach (var way in new[] { "rolled back", "disposed of", "abandoned" })
                        ways.Add(isolation, async, way);
            return ways;
        }
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task A_rollback_that_is_cancelled_leaves_no_transaction_behind(TenantIsolation isolation, bool async, string way)
    {
        var (heard, found) = (0, Found);
        for (var round = 0; round < Rounds; round++)
        {
            var connection = await each.OpenAsync(isolation);
            var transaction = await connection.BeginTransactionAsync();
            await connection.Command("delete from notes where id = 1").ExecuteNonQueryAsync();
            await using (await Cancellations.BeginAsync(connection.Inner.ProcessID))
            {
                try
                {
                    await EndAsync(connection, transaction, async, way);
                }
                catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.QueryCanceled)
                {
                    // Cancelled twice; whoever rolls back is told.
                    heard++;
                }

                if (async)
                    await connection.DisposeAsync();
                else
                    connection.Dispose();
            }

            await using var next = await each.OpenAsync(isolation);
            Assert.Equal(5L, await next.ScalarAsync("select count(*) from notes"));
            // One that was begun is nobody else's either.
            await using var own = await next.BeginTransactionAsync();
            Assert.Equal(5L, await next.ScalarAsync("select count(*) from notes"));
            await own.CommitAsync();
        }

        Assert.True(way == "rolled back" || heard == 0, $"{heard} errors, where none is to be said.");
        // It was ended by whoever left it, not found by the next one.
        Assert.Equal(found, Found);
    }

    /// <summary>Where it was left all the same, whoever comes next gets another session.</summary>
    [Theory, MemberData(nameof(TenantOfEach.Isolations), MemberType = typeof(TenantOfEach))]
    public async Task A_session_in_a_failed_transaction_is_given_up_by_whoever_finds_it(TenantIsolation isolation)
    {
        int left;
        await using (var connection = await each.OpenAsync(isolation))
        {
            left = connection.Inner.ProcessID;
            await using var fails = new NpgsqlCommand("begin; select 1 / 0", connection.Inner);
            await Assert.ThrowsAsync<PostgresException>(() => fails.ExecuteNonQueryAsync());
        }

        var found = Found;
        await using var next = await each.OpenAsync(isolation);
        Assert.Equal(left, next.Inner.ProcessID);
        Assert.Equal(5L, await next.ScalarAsync("select count(*) from notes"));
        Assert.NotEqual(left, next.Inner.ProcessID);
        Assert.Equal(found + 1, Found);
    }

    /// <summary>The control: a ROLLBACK of the driver's is cancelled this way, and disposing of the transaction says nothing.</summary>
    [Fact]
    public async Task The_driver_would_leave_it()
    {
        var left = 0;
        for (var round = 0; round < Rounds * 20 && left == 0; round++)
        {
            await using var connection = await PrivateCluster.OpenAsync("postgres");
            var transaction = await connection.BeginTransactionAsync();
            await new NpgsqlCommand("select 1", connection).ExecuteScalarAsync();
            await using (await Cancellations.BeginAsync(connection.ProcessID))
            {
                await transaction.DisposeAsync();
            }

            try
            {
                await new NpgsqlCommand("select 1", connection).ExecuteScalarAsync();
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InFailedSqlTransaction)
            {
                left++;
            }
        }

        Assert.True(left > 0, "No ROLLBACK was cancelled: the tests beside this one have shown nothing.");
    }

    int Found => each.Deployment.Options.Logs.Messages.Count(static message => message.Contains("(in a failed transaction)", StringComparison.Ordinal));

    static async Task EndAsync(TenantConnection connection, System.Data.Common.DbTransaction transaction, bool async, string way)
    {
        switch (way)
        {
            case "rolled back" when async:
                await transaction.RollbackAsync();
                break;
            case "rolled back":
                transaction.Rollback();
                break;
            case "disposed of" when async:
                await transaction.DisposeAsync();
                break;
            case "disposed of":
                transaction.Dispose();
                break;
            default:
                Assert.Equal(ConnectionState.Open, connection.State);
                break;
        }
    }

    /// <summary>Cancels whatever a backend does, all the time, for a while.</summary>
    sealed class Cancellations(NpgsqlConnection administrator, Task running) : IAsyncDisposable
    {
        public static async Task<Cancellations> BeginAsync(int backend)
        {
            var administrator = await PrivateCluster.OpenAsync("postgres");
            // Until the first has been sent: a ROLLBACK is sooner over than they begin.
            var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            administrator.Notice += (_, _) => begun.TrySetResult();
            var running = Task.Run(() => CancelAsync(administrator, backend));
            await await Task.WhenAny(begun.Task, running);
            Assert.True(begun.Task.IsCompleted);
            return new Cancellations(administrator, running);
        }

        public async ValueTask DisposeAsync()
        {
            await running;
            await administrator.DisposeAsync();
        }

        static async Task CancelAsync(NpgsqlConnection administrator, int backend)
        {
            await using var cancel = new NpgsqlCommand(
                $$"""
                do $do$
                declare over timestamptz := clock_timestamp() + interval '20 ms';
                begin
                    raise notice 'begun';
                    while clock_timestamp() < over and pg_cancel_backend({{backend}}) loop end loop;
                end
                $do$
                """, administrator);
            await cancel.ExecuteNonQueryAsync();
        }
    }
}
