using System.Data;
using System.Diagnostics;
using Npgsql;

namespace Tenancy.Postgres.Tests;

/// <summary>
/// Whoever gives up waiting (<c>WaitAsync</c>) disposes of what is at work. Nobody reads another's answer by that, what ran is
/// stopped, and the connection it ran on is there again for the next one.
/// </summary>
public sealed class GivenUpTests(GivenUpTests.TwoConnections each) : IClassFixture<GivenUpTests.TwoConnections>
{
    const int Rounds = 8;

    /// <summary>What lasts a minute if nobody stops it is stopped in less.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public sealed class TwoConnections : TenantOfEach
    {
        protected override DeploymentOptions Options => new() { Budget = 2 };
    }

    public static TheoryData<TenantIsolation, bool> Ways => BehaviorTests.Ways;

    public static TheoryData<TenantIsolation, string> Works => Of("statement", "statement, synchronously", "rows", "rows, synchronously", "transaction", "batch", "column", "export", "export, binary");

    public static TheoryData<TenantIsolation, string> Stopped => Of("connection", "reader", "transaction", "connection, synchronously", "export");

    /// <summary>
    /// At any moment, before anything is sent too: what can be lost then is the cancellation, and what runs ends by itself.
    /// </summary>
    [Theory, MemberData(nameof(Works))]
    public async Task A_connection_that_is_closed_while_it_is_at_work_leaves_nothing_behind(TenantIsolation isolation, string work)
    {
        var random = new Random(11);
        var ended = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var connection = await each.OpenAsync(isolation);
            var begun = new TaskCompletionSource();
            var working = Task.Run(() => WorkAsync(connection, work, begun));
            await Task.WhenAny(begun.Task, working);
            await Task.Delay(TimeSpan.FromMicroseconds(random.Next(0, 20_000)));
            await CloseAsync(connection, async: round % 2 == 0).WaitAsync(Patience);
            Assert.Equal(ConnectionState.Closed, connection.State);
            var error = await Record.ExceptionAsync(() => working.WaitAsync(Patience));
            Assert.IsNotType<TimeoutException>(error);
            ended += error is null ? 1 : 0;
            await AssertWholeAsync(isolation);
        }

        Assert.True(ended < Rounds / 2, $"{ended} of {Rounds} came to their end: too many to tell.");
    }

    /// <summary>Rows, and then none for a long time.</summary>
    const string Slower = "select n, pg_sleep(case when n > 3 then 60 else 0 end)::text, repeat('x', 9000) from generate_series(1, 9) as n";

    [Theory, MemberData(nameof(Stopped))]
    public async Task What_runs_is_stopped(TenantIsolation isolation, string disposed)
    {
        var watch = Stopwatch.StartNew();
        var connection = await each.OpenAsync(isolation);
        var backend = connection.Inner.ProcessID;
        await using var transaction = disposed == "transaction" ? await connection.BeginTransactionAsync() : null;
        TenantDataReader? reader = null;
        if (disposed == "reader")
        {
            reader = await connection.Command(Slower).ExecuteReaderAsync();
        }

        var waits = new TaskCompletionSource();
        var working = Task.Run(() => reader is not null ? ReadAsync(reader, waits)
            : disposed == "export" ? connection.ExportAsync(Slower, Stream.Null)
            : connection.Command("select pg_sleep(60)").ExecuteNonQueryAsync());
        await UntilAsync(backend, "state = 'active' and query like '%pg_sleep%' and wait_event = 'PgSleep'");
        if (reader is not null)
            await waits.Task.WaitAsync(Patience);

        if (reader is not null)
            await reader.DisposeAsync();
        else if (transaction is not null)
            await transaction.DisposeAsync();
        else
            await CloseAsync(connection, async: disposed != "connection, synchronously");

        Assert.IsNotType<TimeoutException>(await Assert.ThrowsAnyAsync<Exception>(() => working.WaitAsync(Patience)));
        if (reader is not null || transaction is not null)
        {
            // Whether it was rolled back or read to its end nobody knows: nothing else is done on it.
            Assert.Contains("Close the connection", (await Assert.ThrowsAsync<InvalidOperationException>(() => connection.ScalarAsync("select 1"))).Message, StringComparison.Ordinal);
            await connection.DisposeAsync();
        }

        await UntilAsync(backend, "false", gone: true);
        Assert.True(watch.Elapsed < Patience, $"It took {watch.Elapsed}.");
        await AssertWholeAsync(isolation);
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task Whoever_closes_a_connection_that_is_being_opened_loses_none(TenantIsolation isolation, bool async)
    {
        for (var round = 0; round < Rounds; round++)
        {
            using var scope = each.Deployment.Tenants.Enter(each[isolation]);
            await using var one = await each.OpenAsync(isolation);
            var two = await each.OpenAsync(isolation);
            await using var late = each.Deployment.Data.CreateConnection();
            var opening = async ? late.OpenAsync() : Task.Run(late.Open);
            while (late.State != ConnectionState.Connecting && !opening.IsCompleted)
                await Task.Yield();
            await Assert.ThrowsAsync<InvalidOperationException>(() => late.OpenAsync());
            await late.CloseAsync();
            await two.DisposeAsync();
            Assert.Contains("closed while it waited", (await Assert.ThrowsAsync<InvalidOperationException>(() => opening.WaitAsync(Patience))).Message, StringComparison.Ordinal);
            Assert.Equal(ConnectionState.Closed, late.State);
            await late.OpenAsync();
            Assert.Equal(5L, await late.ScalarAsync("select count(*) from notes"));
        }
    }

    /// <summary>The control: what nobody closes is not stopped.</summary>
    [Theory, MemberData(nameof(Ways))]
    public async Task What_is_not_closed_comes_to_its_end(TenantIsolation isolation, bool async)
    {
        await using var connection = await each.OpenAsync(isolation);
        await using var command = connection.Command("select pg_sleep(1.2)");
        var watch = Stopwatch.StartNew();
        if (async)
            await command.ExecuteNonQueryAsync();
        else
            command.ExecuteNonQuery();
        Assert.True(watch.Elapsed > TimeSpan.FromSeconds(1.1), $"It took {watch.Elapsed}.");
    }

    static TheoryData<TenantIsolation, string> Of(params string[] kinds)
    {
        var all = new TheoryData<TenantIsolation, string>();
        foreach (var isolation in Enum.GetValues<TenantIsolation>())
            foreach (var kind in kinds)
                all.Add(isolation, kind);
        return all;
    }

    static Task CloseAsync(TenantConnection connection, bool async) => async ? connection.DisposeAsync().AsTask() : Task.Run(connection.Dispose);

    /// <summary>Both connections are there, and read what is there.</summary>
    async Task AssertWholeAsync(TenantIsolation isolation)
    {
        await using var one = await each.OpenAsync(isolation);
        await using var two = await each.OpenAsync(isolation);
        Assert.Equal(5L, await one.ScalarAsync("select count(*) from notes"));
        Assert.Equal(5L, await two.ScalarAsync("select count(*) from notes"));
        Assert.Equal(each[isolation].Id.Value, await one.ScalarAsync("select tenancy.current_tenant()"));
    }

    static async Task UntilAsync(int backend, string state, bool gone = false)
    {
        await using var administrator = await PrivateCluster.OpenAsync("postgres");
        await using var look = new NpgsqlCommand($"select {state} from pg_stat_activity where pid = {backend}", administrator);
        for (var watch = Stopwatch.StartNew(); await look.ExecuteScalarAsync() is { } seen ? gone || seen is not true : !gone; await Task.Delay(5))
            Assert.True(watch.Elapsed < Patience, $"After {watch.Elapsed}: {(gone ? "it is still there" : "not " + state)}.");
    }

    /// <summary>Reads to the end, and says when it waits for a row.</summary>
    static async Task ReadAsync(TenantDataReader reader, TaskCompletionSource waits)
    {
        for (Task<bool> read = reader.ReadAsync(); ; read = reader.ReadAsync())
        {
            // Once more, since the first may be on their way.
            if (!read.IsCompleted && await Task.WhenAny(read, Task.Delay(200)) != read)
                waits.TrySetResult();
            if (!await read)
                return;
        }
    }

    /// <summary>Works for a second or more, and says when it has begun; what reads, when it has a row.</summary>
    static async Task WorkAsync(TenantConnection connection, string work, TaskCompletionSource begun)
    {
        const string Rows = "select n, repeat('x', 9000), pg_sleep(0.001) from generate_series(1, 1000) as n";
        if (!work.StartsWith("rows", StringComparison.Ordinal) && work != "column")
            begun.SetResult();
        switch (work)
        {
            case "statement":
                await connection.Command("select pg_sleep(1)").ExecuteNonQueryAsync();
                break;
            case "statement, synchronously":
                connection.Command("select pg_sleep(1)").ExecuteScalar();
                break;
            case "rows":
                await using (var reader = await connection.Command(Rows).ExecuteReaderAsync())
                    while (await reader.ReadAsync())
                        begun.TrySetResult();

                break;
            case "rows, synchronously":
                using (var reader = connection.Command(Rows).ExecuteReader())
                    while (reader.Read())
                        begun.TrySetResult();

                break;
            case "transaction":
                await using (var transaction = await connection.BeginTransactionAsync())
                {
                    await connection.Command("update notes set mark = mark").ExecuteNonQueryAsync();
                    await connection.Command("select pg_sleep(1)").ExecuteNonQueryAsync();
                    await transaction.CommitAsync();
                }

                break;
            case "export" or "export, binary":
                await connection.ExportAsync(Rows.Replace("pg_sleep(0.001)", "pg_sleep(0.001)::text", StringComparison.Ordinal), Stream.Null, work == "export" ? ExportFormat.Csv : ExportFormat.Binary);
                break;
            case "column":
                await using (var reader = await connection.Command("select repeat('x', 20000000)::bytea").ExecuteReaderAsync(CommandBehavior.SequentialAccess))
                {
                    await reader.ReadAsync();
                    begun.SetResult();
                    await using var column = reader.GetStream(0);
                    var buffer = new byte[20_000];
                    while (await column.ReadAsync(buffer) > 0)
                        await Task.Yield();
                }

                break;
            default:
                await using (var batch = connection.Batch("update notes set mark = mark", "select pg_sleep(1)", "select 2"))
                    await batch.ExecuteNonQueryAsync();
                break;
        }
    }
}
