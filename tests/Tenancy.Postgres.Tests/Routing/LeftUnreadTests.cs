using System.Diagnostics;

namespace Tenancy.Postgres.Tests;

/// <summary>A big result that is left is cancelled, where nothing is lost by it.</summary>
public sealed class LeftUnreadTests(TenantOfEach each) : IClassFixture<TenantOfEach>
{
    // Takes minutes to its end: what reads it to the end is found out by the clock.
    const string Long = "select n, pg_sleep(0.001) from generate_series(1, 200000) as n";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static TheoryData<TenantIsolation, bool> Ways => BehaviorTests.Ways;

    [Theory, MemberData(nameof(Ways))]
    public async Task A_long_result_that_is_left_ends_soon_and_the_connection_goes_on(TenantIsolation isolation, bool async)
    {
        var watch = Stopwatch.StartNew();
        await using var connection = await each.OpenAsync(isolation);
        var backend = connection.Inner.ProcessID;
        for (var round = 0; round < 2; round++)
        {
            var reader = await connection.Command(Long).ReaderAsync(async);
            Assert.True(await reader.ReadAsync(async));
            await reader.EndAsync(async);
            Assert.Equal(5L, await connection.ScalarAsync("select count(*) from notes"));
        }

        Assert.Equal(backend, connection.Inner.ProcessID);
        Assert.True(watch.Elapsed < Patience, $"It took {watch.Elapsed}.");
    }

    [Fact]
    public async Task Read_to_its_end_it_would_take_longer()
    {
        await using var connection = await each.OpenAsync(TenantIsolation.Row);
        await using var reader = await connection.Command(Long).ExecuteReaderAsync();
        var watch = Stopwatch.StartNew();
        var rows = 0;
        while (watch.Elapsed < Patience / 10 && await reader.ReadAsync())
            rows++;
        Assert.True(rows < 200_000 / 10, $"{rows} rows in a tenth of the time that the others get: too fast to tell.");
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task What_is_left_in_a_transaction_or_writes_is_read_to_its_end(TenantIsolation isolation, bool async)
    {
        await using var connection = await each.OpenAsync(isolation);
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await connection.Command("insert into notes (id, mark) values (400, 'kept')").ExecuteNonQueryAsync();
            var reader = await connection.Command("select n from generate_series(1, 5000) as n").ReaderAsync(async);
            await reader.ReadAsync(async);
            await reader.EndAsync(async);
            await transaction.CommitAsync();
        }

        var writing = await connection.Command("insert into notes (id, mark) select n, 'x' from generate_series(1001, 3000) as n returning id").ReaderAsync(async);
        await writing.ReadAsync(async);
        await writing.EndAsync(async);
        var with = await connection.Command("with n as (insert into notes (id, mark) select n, 'x' from generate_series(3001, 5000) as n returning id) select id from n").ReaderAsync(async);
        await with.ReadAsync(async);
        await with.EndAsync(async);
        Assert.Equal(4001, await connection.Command("delete from notes where id >= 400").ExecuteNonQueryAsync());
    }
}
