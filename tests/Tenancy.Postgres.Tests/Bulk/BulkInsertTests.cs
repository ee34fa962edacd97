using Npgsql;
using NpgsqlTypes;

namespace Tenancy.Postgres.Tests;

public sealed class BulkInsertTests(BulkInsertTests.WithKinds each) : IClassFixture<BulkInsertTests.WithKinds>
{
    public sealed class WithKinds : TenantOfEach
    {
        protected override DeploymentOptions Options => new()
        {
            Budget = 2,
            Migrations = new()
            {
                ["0001_tables.sql"] = DeploymentOptions.Tables +
                    """
                    create table "Odd ""kinds" (id bigint primary key, word text, many numeric, moment timestamptz, raw bytea, doc jsonb, key uuid, flag boolean, day date);
                    select tenancy.isolate('"Odd ""kinds"');
                    """,
            },
        };
    }

    sealed record Kinds(long Id, string? Word, decimal? Many, DateTime? Moment, byte[]? Raw, string? Doc, Guid? Key, bool? Flag, DateOnly? Day);

    sealed record Note(long Id, string Mark, int Size);

    public static TheoryData<TenantIsolation> Isolations => TenantOfEach.Isolations;

    static IEnumerable<Note> Notes(long first, int count) => Enumerable.Range(0, count).Select(n => new Note(first + n, $"bulk {n}", n));

    static async IAsyncEnumerable<Note> Later(IEnumerable<Note> notes)
    {
        foreach (var note in notes)
        {
            await Task.Yield();
            yield return note;
        }
    }

    static void Columns(BulkColumns<Note> columns) => columns.Add("id", note => note.Id).Add("mark", note => note.Mark).Add("size", note => note.Size);

    [Theory, MemberData(nameof(Isolations))]
    public async Task Rows_arrive_as_they_were_in_any_number_of_chunks(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        foreach (var (rows, chunk) in new[] { (0, 10), (1, 10), (10, 10), (11, 10), (95, 10), (12_001, 5_000) })
        {
            var options = new BulkInsertOptions { RowsPerStatement = chunk };
            Assert.Equal(rows, await connection.BulkInsertAsync("notes", Notes(1000, rows), Columns, options));
            Assert.Equal((long)rows, await connection.ScalarAsync("select count(*) from notes where id >= 1000 and mark = 'bulk ' || size and size = id - 1000"));
            Assert.Equal(rows, await connection.Command("delete from notes where id >= 1000").ExecuteNonQueryAsync());
            Assert.Equal(rows, await connection.BulkInsertAsync("notes", Later(Notes(1000, rows)), Columns, options));
            Assert.Equal(rows, await connection.Command("delete from notes where id >= 1000").ExecuteNonQueryAsync());
        }
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task All_or_nothing(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        // The last row has a key that is there.
        var options = new BulkInsertOptions { RowsPerStatement = 10 };
        var twice = await Assert.ThrowsAsync<PostgresException>(() => connection.BulkInsertAsync("notes", Notes(1000, 25).Append(new Note(1, "twice", 0)), Columns, options));
        Assert.Equal("23505", twice.SqlState);
        await Assert.ThrowsAsync<FormatException>(() => connection.BulkInsertAsync("notes", Notes(1000, 25).Select(note => note.Size == 24 ? throw new FormatException() : note), Columns, options));
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connection.BulkInsertAsync("notes", Notes(1000, 2500).Select(note =>
        {
            if (note.Size == 1500)
                stop.Cancel();
            return note;
        }), Columns, options, stop.Token));
        Assert.Equal(5L, await connection.ScalarAsync("select count(*) from notes"));
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            Assert.Equal(25, await connection.BulkInsertAsync("notes", Notes(1000, 25), Columns, options));
            Assert.Equal(30L, await connection.ScalarAsync("select count(*) from notes"));
            await transaction.RollbackAsync();
        }

        Assert.Equal(5L, await connection.ScalarAsync("select count(*) from notes"));
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task Values_of_every_kind_and_null(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        var moment = new DateTime(2026, 2, 28, 1, 2, 3, DateTimeKind.Utc);
        var rows = new[]
        {
            new Kinds(1, "a'; drop table notes; --", 1.5m, moment, [0, 255], "{\"a\": 1}", Guid.Empty, true, new DateOnly(2026, 2, 28)),
            new Kinds(2, null, null, null, null, null, null, null, null),
        };
        Assert.Equal(2, await connection.BulkInsertAsync("Odd \"kinds", rows, columns => columns
            .Add("id", row => row.Id).Add("word", row => row.Word).Add("many", row => row.Many).Add("moment", row => row.Moment).Add("raw", row => row.Raw)
            .Add("doc", row => row.Doc, NpgsqlDbType.Jsonb).Add("key", row => row.Key).Add("flag", row => row.Flag).Add("day", row => row.Day)));
        await using var reader = await connection.Command("select word, many, moment, raw, doc, key, flag, day from \"Odd \"\"kinds\" order by id").ExecuteReaderAsync();
        Assert.True(await reader.ReadAsync());
        var values = new object[8];
        reader.GetValues(values);
        Assert.Equal(["a'; drop table notes; --", 1.5m, moment, new byte[] { 0, 255 }, "{\"a\": 1}", Guid.Empty, true, new DateOnly(2026, 2, 28)], values);
        Assert.True(await reader.ReadAsync());
        Assert.All(Enumerable.Range(0, 8), i => Assert.True(reader.IsDBNull(i)));
        await reader.DisposeAsync();
        await connection.Command("delete from \"Odd \"\"kinds\"").ExecuteNonQueryAsync();
    }

    [Fact]
    public async Task Rows_are_the_tenants_own()
    {
        var other = await each.Deployment.CreateAsync(TenantIsolation.Row);
        await using var connection = await each.OpenAsync(TenantIsolation.Row);
        await connection.BulkInsertAsync("notes", Notes(2000, 10), Columns);
        using (each.Deployment.Tenants.Enter(other))
        {
            await using var others = await each.Deployment.Data.OpenConnectionAsync();
            Assert.Equal(0L, await others.ScalarAsync("select count(*) from notes"));
            Assert.Equal(10, await others.BulkInsertAsync("notes", Notes(2000, 10), Columns));
        }

        Assert.Equal(10, await connection.Command("delete from notes where id >= 2000").ExecuteNonQueryAsync());
    }

    [Fact]
    public async Task What_cannot_be_inserted_so_is_refused_with_what_to_do()
    {
        await using var connection = await each.OpenAsync(TenantIsolation.Row);
        Task Insert(Action<BulkColumns<Note>> columns, string table = "notes") => connection.BulkInsertAsync(table, Notes(1, 1), columns);
        Assert.Contains("scope", (await Assert.ThrowsAsync<ArgumentException>(() => Insert(columns => columns.Add("tenant_id", _ => Guid.Empty)))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => Insert(_ => { }));
        await Assert.ThrowsAsync<ArgumentException>(() => Insert(columns => columns.Add("id", note => note.Id).Add("id", note => note.Id)));
        await Assert.ThrowsAsync<ArgumentException>(() => Insert(Columns, ""));
        Assert.Contains("DbBatch", (await Assert.ThrowsAsync<NotSupportedException>(() => Insert(columns => columns.Add("tags", _ => new[] { 1 })))).Message, StringComparison.Ordinal);
        Assert.Equal("42P01", (await Assert.ThrowsAsync<PostgresException>(() => Insert(Columns, "notes (id) select 1; --"))).SqlState);
        Assert.Throws<ArgumentOutOfRangeException>(() => new BulkInsertOptions { RowsPerStatement = 0 });
    }

    [Theory]
    [InlineData(TenantIsolation.Row), InlineData(TenantIsolation.Schema)]
    public async Task COPY_FROM_would_be_refused_by_the_server(TenantIsolation isolation)
    {
        using var scope = each.Deployment.Tenants.Enter(each[isolation]);
        var refused = await Assert.ThrowsAsync<PostgresException>(() => each.Deployment.Data.UseNpgsqlAsync((npgsql, stop) => npgsql.BeginBinaryImportAsync("copy notes (id, mark) from stdin (format binary)", stop)));
        Assert.Equal("0A000", refused.SqlState);
    }
}
