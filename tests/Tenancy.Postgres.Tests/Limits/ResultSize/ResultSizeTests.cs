using System.Data;
using System.Data.Common;
using System.Diagnostics;
using Npgsql;
using Xunit.Abstractions;

namespace Tenancy.Postgres.Tests;

/// <summary>A result is cancelled where the tier's limit is reached, and its connection goes on.</summary>
public sealed class ResultSizeTests(SizedTenants tenants, ITestOutputHelper output) : IClassFixture<SizedTenants>
{
    /// <summary>A gigabyte in rows of 1,011 bytes on the wire.</summary>
    const string Gigabyte = "select repeat('x', 1000) from generate_series(1, 1000000)";

    /// <summary>Fifty megabytes in one value.</summary>
    const string Huge = "select repeat('x', 50000000)";

    public static TheoryData<TenantIsolation, bool> Ways => BehaviorTests.Ways;

    [Theory, MemberData(nameof(Ways))]
    public async Task A_gigabyte_is_stopped_at_ten_million_bytes_and_the_connection_goes_on(TenantIsolation isolation, bool async)
    {
        await using var connection = await tenants.OpenAsync("large", isolation);
        var process = await connection.ScalarAsync("select pg_backend_pid()");
        await using var reader = await connection.Command(Gigabyte).ReaderAsync(async);
        var rows = 0;
        var last = Stopwatch.GetTimestamp();
        var refused = await Assert.ThrowsAsync<TenantResultTooLargeException>(async () =>
        {
            for (; await reader.ReadAsync(async); rows++)
                last = Stopwatch.GetTimestamp();
        });
        var took = Stopwatch.GetElapsedTime(last);
        output.WriteLine($"{took.TotalMilliseconds:0} ms from the limit to the refusal");
        Assert.Equal(SizedTenants.Most / 1011, rows);
        // Much less than 200 ms on a machine that does nothing else (./bench.sh result-size); it opens a connection.
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.Equal(("large", SizedTenants.Most, false), (refused.Tier, refused.Limit, refused.IsTransient));
        Assert.Contains("Queries:MaxResultBytes", refused.Message, StringComparison.Ordinal);
        Assert.Equal(TenantRefusalKind.ResultTooLarge, ((ITenantRefusal)refused).Kind);
        Assert.True(reader.IsClosed);
        Assert.Equal(process, await connection.ScalarAsync("select pg_backend_pid()"));
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task Without_a_limit_it_is_read(TenantIsolation isolation, bool async)
    {
        await using var connection = await tenants.OpenAsync("any", isolation);
        await using var reader = await connection.Command("select repeat('x', 1000) from generate_series(1, 20000)").ReaderAsync(async);
        var rows = 0;
        while (await reader.ReadAsync(async))
            rows++;
        Assert.Equal(20_000, rows);
    }

    [Theory]
    // What is on the wire: seven bytes for a row, four for each column, and the values.
    [InlineData("select repeat('x', 89) from generate_series(1, 10)", false)]
    [InlineData("select repeat('x', 90) from generate_series(1, 10)", true)]
    [InlineData("select null::text from generate_series(1, 90)", false)]
    [InlineData("select null::text from generate_series(1, 91)", true)]
    [InlineData("select from generate_series(1, 142)", false)]
    [InlineData("select from generate_series(1, 143)", true)]
    [InlineData("select 1, n::int8, null::int4, 'ü' from generate_series(1, 27) n", false)]
    [InlineData("select 1, n::int8, null::int4, 'ü' from generate_series(1, 28) n", true)]
    public async Task Every_byte_counts_and_no_other(string query, bool exceeds)
    {
        foreach (var behavior in new[] { CommandBehavior.Default, CommandBehavior.SequentialAccess })
        {
            foreach (var async in new[] { false, true })
            {
                await using var connection = await tenants.OpenAsync("small");
                async Task Read()
                {
                    await using var reader = await connection.Command(query).ReaderAsync(async, behavior);
                    while (await reader.ReadAsync(async)) { }
                }

                if (exceeds)
                    await Assert.ThrowsAsync<TenantResultTooLargeException>(Read);
                else
                    await Read();
                Assert.Equal(1, await connection.ScalarAsync("select 1"));
            }
        }
    }

    [Theory]
    [InlineData("stream")]
    [InlineData("text")]
    [InlineData("value")]
    [InlineData("bytes")]
    [InlineData("values")]
    [InlineData("skip")]
    [InlineData("leave")]
    [InlineData("scalar")]
    public async Task One_huge_value_is_refused_before_the_driver_has_it(string way)
    {
        await using var connection = await tenants.OpenAsync("large");
        await connection.ScalarAsync("select 1");
        void Read()
        {
            if (way == "scalar")
            {
                connection.Command(Huge).ExecuteScalar();
                return;
            }

            using var reader = connection.Command(way is "skip" or "leave" ? "select 1, repeat('x', 50000000)" : Huge).ExecuteReader(CommandBehavior.SequentialAccess);
            Assert.True(reader.Read());
            switch (way)
            {
                case "stream":
                    reader.GetStream(0).ReadByte();
                    break;
                case "text":
                    reader.GetTextReader(0).Read();
                    break;
                case "value":
                    reader.GetString(0);
                    break;
                case "bytes":
                    reader.GetBytes(0, 0, new byte[10], 0, 10);
                    break;
                case "values":
                    reader.GetValues(new object[1]);
                    break;
                case "skip":
                    reader.Read();
                    break;
            }
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        if (way == "leave")
        {
            // Nobody asked for it, and nothing is lost: cancelled, and no error.
            Read();
        }
        else
        {
            Assert.Throws<TenantResultTooLargeException>(Read);
        }

        // The value has fifty times as much; the rest is what else this thread may do for the first time.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 5_000_000);
        Assert.Equal(1, await connection.ScalarAsync("select 1"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Values_come_out_as_without_a_limit(bool async)
    {
        const string Query = "select n, 'text ' || n, case when n = 2 then null else n * 1.5 end, decode('00ff', 'hex'), array[n, n] from generate_series(1, 3) n; ";
        var read = new List<string>[4];
        var i = 0;
        foreach (var tier in new[] { "any", "large" })
        {
            foreach (var behavior in new[] { CommandBehavior.Default, CommandBehavior.SequentialAccess })
            {
                read[i] = [];
                await using var connection = await tenants.OpenAsync(tier);
                await using var reader = await connection.Command(Query.TrimEnd(' ', ';')).ReaderAsync(async, behavior);
                while (await reader.ReadAsync(async))
                {
                    var n = reader.GetInt32(0);
                    var text = async ? await reader.GetFieldValueAsync<string>(1) : reader.GetString(1);
                    var isNull = async ? await reader.IsDBNullAsync(2) : reader.IsDBNull(2);
                    var number = isNull ? -1m : reader.GetDecimal(2);
                    using var bytes = new MemoryStream();
                    await using (var stream = reader.GetStream(3))
                        await stream.CopyToAsync(bytes);
                    var all = reader.GetFieldValue<int[]>(4);
                    read[i].Add($"{n} {text} {number} {Convert.ToHexString(bytes.ToArray())} {string.Join(',', all)}");
                }

                i++;
            }
        }

        Assert.Equal(3, read[0].Count);
        Assert.All(read, rows => Assert.Equal(read[0], rows));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task All_results_of_an_execution_count_together_read_or_not(bool async)
    {
        await using var connection = await tenants.OpenAsync("small");
        await using var batch = connection.Batch([.. Enumerable.Repeat("select repeat('x', 400)", 3)]);
        await Assert.ThrowsAsync<TenantResultTooLargeException>(async () =>
        {
            await using var reader = async ? await batch.ExecuteReaderAsync() : batch.ExecuteReader();
            while (await reader.NextAsync(async)) { }
        });
        await Assert.ThrowsAsync<TenantResultTooLargeException>(async () => _ = async ? await batch.ExecuteNonQueryAsync() : batch.ExecuteNonQuery());
        Assert.Equal(1, await connection.ScalarAsync("select 1"));
        Assert.Equal(2, async
            ? await connection.Command("insert into notes (id, mark) values (1, 'a'), (2, 'b')").ExecuteNonQueryAsync()
            : connection.Command("insert into notes (id, mark) values (3, 'a'), (4, 'b')").ExecuteNonQuery());
        Assert.Equal(-1, await connection.Command("select 1").ExecuteNonQueryAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task In_a_transaction_it_fails_and_what_is_left_unread_is_bounded_too(bool async)
    {
        await using var connection = await tenants.OpenAsync("large");
        foreach (var leave in new[] { false, true })
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await Assert.ThrowsAsync<TenantResultTooLargeException>(async () =>
            {
                var reader = await connection.Command(Gigabyte).ReaderAsync(async);
                await reader.ReadAsync(async);
                while (!leave && await reader.ReadAsync(async)) { }
                await reader.EndAsync(async);
            });
            Assert.Equal("25P02", (await Assert.ThrowsAsync<PostgresException>(() => connection.ScalarAsync("select 1"))).SqlState);
            await transaction.RollbackAsync();
            Assert.Equal(1, await connection.ScalarAsync("select 1"));
        }
    }

    [Fact]
    public async Task What_a_statement_changed_stands_though_its_rows_are_too_many()
    {
        // The server has made the change before it hands out its rows, and does not look for a cancellation while it does.
        await using var connection = await tenants.OpenAsync("large");
        await Assert.ThrowsAsync<TenantResultTooLargeException>(async () =>
        {
            await using var reader = await connection.Command("insert into notes (id, mark) select n, repeat('y', 1000) from generate_series(1001, 20000) n returning mark").ExecuteReaderAsync();
            while (await reader.ReadAsync()) { }
        });
        Assert.Equal(19_000L, await connection.ScalarAsync("select count(*) from notes where id > 1000"));
    }

    [Theory]
    [InlineData(ExportFormat.Csv)]
    [InlineData(ExportFormat.Binary)]
    public async Task An_export_ends_there(ExportFormat format)
    {
        await using var connection = await tenants.OpenAsync("large");
        var process = await connection.ScalarAsync("select pg_backend_pid()");
        using var file = new MemoryStream();
        await Assert.ThrowsAsync<TenantResultTooLargeException>(() => connection.ExportAsync(Gigabyte, file, format));
        Assert.InRange(file.Length, SizedTenants.Most / 2, SizedTenants.Most);
        Assert.Equal(process, await connection.ScalarAsync("select pg_backend_pid()"));
        file.SetLength(0);
        await connection.ExportAsync("select repeat('x', 1000) from generate_series(1, 1000)", file, format);
        Assert.InRange(file.Length, 1_000_000, 1_100_000);
    }

    [Fact]
    public async Task A_reader_that_closes_its_connection_does_so_when_it_is_refused()
    {
        await using var connection = await tenants.OpenAsync("large");
        var reader = await connection.Command(Gigabyte).ExecuteReaderAsync(CommandBehavior.CloseConnection);
        await Assert.ThrowsAsync<TenantResultTooLargeException>(async () =>
        {
            while (await reader.ReadAsync()) { }
        });
        Assert.Equal(ConnectionState.Closed, connection.State);
    }
}
