using System.Data;
using Npgsql;

namespace Tenancy.Postgres.Tests;

/// <summary>Cancelled at any moment, a connection is usable or gone, and whoever has it next sees his own rows.</summary>
public sealed class CancellationTests(CancellationTests.TwoConnections each) : IClassFixture<CancellationTests.TwoConnections>
{
    const int Rounds = 120;

    public sealed class TwoConnections : TenantOfEach
    {
        protected override DeploymentOptions Options => new() { Budget = 2 };
    }

    public static TheoryData<TenantIsolation> Isolations => TenantOfEach.Isolations;

    [Theory, MemberData(nameof(Isolations))]
    public async Task Cancelled_at_any_moment(TenantIsolation isolation)
    {
        var random = new Random(7);
        var (cancelled, done) = (0, 0);
        var connection = await each.OpenAsync(isolation);
        for (var round = 0; round < Rounds; round++)
        {
            using var stop = new CancellationTokenSource();
            try
            {
                stop.CancelAfter(TimeSpan.FromMicroseconds(random.Next(0, 4000)));
                await WorkAsync(connection, round % 5, stop.Token);
                done++;
            }
            catch (Exception e) when (e is OperationCanceledException or PostgresException { SqlState: "57014" })
            {
                cancelled++;
            }

            if (connection.State != ConnectionState.Open)
            {
                // Gone, and says so.
                await connection.DisposeAsync();
                connection = await each.OpenAsync(isolation);
            }

            Assert.Equal(5L, await connection.ScalarAsync("select count(*) from notes"));
            Assert.Equal(each[isolation].Id.Value, await connection.ScalarAsync("select tenancy.current_tenant()"));
        }

        await connection.DisposeAsync();
        Assert.True(cancelled > Rounds / 10, $"{cancelled} cancelled, {done} done: too few to tell.");
        // Both connections of the pool are there: none was lost.
        await using var one = await each.OpenAsync(isolation);
        await using var two = await each.OpenAsync(isolation);
        Assert.Equal(5L, await one.ScalarAsync("select count(*) from notes"));
        Assert.Equal(5L, await two.ScalarAsync("select count(*) from notes"));
    }

    static async Task WorkAsync(TenantConnection connection, int kind, CancellationToken stop)
    {
        switch (kind)
        {
            case 0:
                await connection.Command("select count(*) from generate_series(1, 20000)").ExecuteScalarAsync(stop);
                return;
            case 1:
                await using (var reader = await connection.Command("select n from generate_series(1, 20000) as n").ExecuteReaderAsync(stop))
                    while (await reader.ReadAsync(stop)) { }

                return;
            case 2:
                await using (var transaction = await connection.BeginTransactionAsync(stop))
                {
                    await connection.Command("delete from notes").ExecuteNonQueryAsync(stop);
                    await connection.Command("select pg_sleep(0.002)").ExecuteScalarAsync(stop);
                }

                return;
            case 3:
                await using (var batch = connection.Batch("select 1", "select pg_sleep(0.002)", "select 2"))
                    await batch.ExecuteNonQueryAsync(stop);
                return;
            default:
                await using (var reader = await connection.Command("select id, mark from notes").ExecuteReaderAsync(CommandBehavior.KeyInfo, stop))
                    while (await reader.ReadAsync(stop)) { }

                return;
        }
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task Timed_out_again_and_again(TenantIsolation isolation)
    {
        using var scope = each.Deployment.Tenants.Enter(each[isolation]);
        await using var connection = await each.OpenAsync(isolation);
        for (var round = 0; round < 3; round++)
        {
            await using var command = connection.Command("select pg_sleep(20)");
            command.CommandTimeout = 1;
            await Assert.ThrowsAsync<NpgsqlException>(() => round % 2 == 0 ? command.ExecuteScalarAsync() : Task.Run(command.ExecuteScalar));
            // The driver gives a session up where the server is too slow to say that it stopped.
            if (connection.State != ConnectionState.Open)
                await connection.OpenAsync();
            Assert.Equal(5L, await connection.ScalarAsync("select count(*) from notes"));
        }
    }
}
