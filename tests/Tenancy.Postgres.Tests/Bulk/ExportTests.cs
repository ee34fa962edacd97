using System.Text;

namespace Tenancy.Postgres.Tests;

public sealed class ExportTests(TenantOfEach each) : IClassFixture<TenantOfEach>
{
    public static TheoryData<TenantIsolation> Isolations => TenantOfEach.Isolations;

    const string Csv = "1,note 1\n2,note 2\n3,note 3\n4,note 4\n5,note 5\n";

    [Theory, MemberData(nameof(Isolations))]
    public async Task The_tenants_rows_are_written_in_each_format(TenantIsolation isolation)
    {
        // A neighbour with rows of his own in the same table.
        var other = await each.Deployment.CreateAsync(isolation);
        using (each.Deployment.Tenants.Enter(other))
        {
            await using var neighbour = await each.Deployment.Data.OpenConnectionAsync();
            await neighbour.Command("insert into notes (id, mark) values (77, 'theirs')").ExecuteNonQueryAsync();
        }

        await using var connection = await each.OpenAsync(isolation);
        foreach (var (format, expected) in new[] { (ExportFormat.Csv, Csv), (ExportFormat.CsvWithHeader, "id,mark\n" + Csv), (ExportFormat.Text, Csv.Replace(',', '\t')) })
        {
            using var bytes = new MemoryStream();
            await connection.ExportAsync("select id, mark from notes order by id -- all of them", bytes, format);
            Assert.Equal(expected, Encoding.UTF8.GetString(bytes.ToArray()));
            await using var text = new StringWriter();
            await connection.ExportAsync("select id, mark from notes order by id", text, format);
            Assert.Equal(expected, text.ToString());
        }

        using var binary = new MemoryStream();
        await connection.ExportAsync("select id from notes", binary, ExportFormat.Binary);
        Assert.Equal("PGCOPY\n", Encoding.ASCII.GetString(binary.ToArray(), 0, 7));
        await Assert.ThrowsAsync<ArgumentException>(() => connection.ExportAsync("select 1", TextWriter.Null, ExportFormat.Binary));
        Assert.Equal(5L, await connection.ScalarAsync("select count(*) from notes"));
        await connection.CloseAsync();
        await NothingGoesOnAsync(isolation);
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task In_a_transaction_it_sees_what_is_not_committed_and_leaves_it_open(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.Command("delete from notes where id > 1").ExecuteNonQueryAsync();
        await using var text = new StringWriter();
        await connection.ExportAsync("select id from notes", text);
        Assert.Equal("1\n", text.ToString());
        await transaction.RollbackAsync();
        Assert.Equal(5L, await connection.ScalarAsync("select count(*) from notes"));
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task What_is_no_query_or_fails_leaves_the_connection_usable(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        foreach (var text in new[] { "select 1) to program 'id' --", "select 1; select 2", "delete from notes returning id", "notes", "set role x" })
            await Assert.ThrowsAsync<StatementRefusedException>(() => connection.ExportAsync(text, Stream.Null));
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => connection.ExportAsync("select * from nowhere", Stream.Null));
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => connection.ExportAsync("select 1 /* never closed", Stream.Null));
        Assert.Equal(5L, await connection.ScalarAsync("select count(*) from notes"));
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task A_destination_that_fails_ends_it(TenantIsolation isolation)
    {
        for (var round = 0; round < 5; round++)
        {
            await using var connection = await each.OpenAsync(isolation);
            await Assert.ThrowsAsync<IOException>(() => connection.ExportAsync("select repeat('x', 1000) from generate_series(1, 20000)", new FullStream(), ExportFormat.Binary));
            await Assert.ThrowsAnyAsync<Exception>(() => connection.ExportAsync("select repeat('x', 1000) from generate_series(1, 20000)", new FullStream()));
        }

        await NothingGoesOnAsync(isolation);
        await using var after = await each.OpenAsync(isolation);
        Assert.Equal(5L, await after.ScalarAsync("select count(*) from notes"));
    }

    [Theory]
    [InlineData(TenantIsolation.Row, ExportFormat.Csv), InlineData(TenantIsolation.Schema, ExportFormat.Binary), InlineData(TenantIsolation.Database, ExportFormat.Text)]
    public async Task A_token_stops_the_server_too(TenantIsolation isolation, ExportFormat format)
    {
        await using var connection = await each.OpenAsync(isolation);
        using var stop = new CancellationTokenSource();
        // Once rows have come: it would go on for minutes.
        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connection.ExportAsync(
            "select repeat('x', 5000), pg_sleep(0.01) from generate_series(1, 20000)", new TellingStream(stop.Cancel), format, stop.Token));
        Assert.Equal(stop.Token, cancelled.CancellationToken);
        // Usable or gone, never in between: the driver gives up on a binary copy that ends so.
        if (connection.State == System.Data.ConnectionState.Open)
            Assert.Equal(5L, await connection.ScalarAsync("select count(*) from notes"));
        await connection.CloseAsync();
        await NothingGoesOnAsync(isolation);
        await using var after = await each.OpenAsync(isolation);
        Assert.Equal(5L, await after.ScalarAsync("select count(*) from notes"));
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task A_token_before_the_first_rows_gives_the_connection_up(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        using var soon = new CancellationTokenSource(100);
        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connection.ExportAsync("select pg_sleep(2)", Stream.Null, cancellationToken: soon.Token));
        Assert.Equal(soon.Token, cancelled.CancellationToken);
        await connection.CloseAsync();
        await using var after = await each.OpenAsync(isolation);
        Assert.Equal(5L, await after.ScalarAsync("select count(*) from notes"));
    }

    async Task NothingGoesOnAsync(TenantIsolation isolation)
    {
        for (var tries = 0; await each.OpenTransactionsAsync(isolation) > 0; tries++)
        {
            Assert.True(tries < 100, "A statement goes on.");
            await Task.Delay(50);
        }
    }

    sealed class TellingStream(Action written) : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            written();
            return ValueTask.CompletedTask;
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    sealed class FullStream : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => throw new IOException("full");

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => throw new IOException("full");
    }
}
