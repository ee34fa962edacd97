using System.Text.Json;
using Dapper;
using Inbox.Problems;
using Tenancy;

namespace Inbox.Scans.Storage;

/// <summary>The store in the tenant's own tables. No statement names a tenant; each that writes is one, and so all or nothing.</summary>
sealed class PostgresScanStore(TenantDataSource db) : IScanStore
{
    const string Add =
        """
        with document as (insert into documents (id, title, body) values (@Id, @Title, '')),
             scan as (insert into scans (id, media_type, pages, held) values (@Id, @MediaType, @Pages, @Held))
        insert into scan_files (scan_id, content) values (@Id, @Content)
        """;

    const string Find =
        """
        select s.id, s.media_type as MediaType, s.pages, (select count(*)::int from scan_pages p where p.scan_id = s.id) as PagesDone,
               s.outcome, s.error, s.created, s.finished
        from scans s where s.id = @id
        """;

    const string Open =
        """
        select s.media_type, s.pages, s.held, f.content,
               (select coalesce(array_agg(p.number), '{}') from scan_pages p where p.scan_id = s.id) as stored
        from scans s join scan_files f on f.scan_id = s.id where s.id = @id and s.outcome is null
        """;

    /// <summary>The update locks the scan, so that it is not removed or finished meanwhile, and says whether it is there.</summary>
    const string AddPage =
        """
        with scan as (update scans set pages = coalesce(@PagesTotal, pages) where id = @id and outcome is null returning id),
             page as (insert into scan_pages (scan_id, number, width, height, engine, text, lines)
                      select id, @Number, @Width, @Height, @engine, @text, cast(@lines as jsonb) from scan on conflict do nothing)
        select exists (select from scan)
        """;

    static readonly string Finish =
        $"""
        with scan as (update scans set outcome = '{Scan.Done}', finished = now() where id = @id and outcome is null returning id, held),
             read as (select string_agg(p.text, e'\f' order by p.number) as text, count(*)::int as pages from scan_pages p where p.scan_id = @id),
             document as (update documents d set body = left(coalesce(r.text, ''), {ProblemExtensions.MaxBodyBytes}), revision = gen_random_uuid()
                          from scan s, read r where d.id = s.id and d.body = '')
        select s.held, r.pages from scan s, read r
        """;

    const string Fail =
        $"""
        with scan as (update scans set outcome = '{Scan.Failed}', error = @error, finished = now() where id = @id and outcome is null returning id, held)
        select s.held, (select count(*)::int from scan_pages p where p.scan_id = s.id) from scan s
        """;

    const string Pages =
        """
        select number, width, height, engine, text, lines::text from scan_pages
        where scan_id = @id and number > @after order by number limit @limit
        """;

    public async Task AddAsync(NewScan scan, CancellationToken stop)
    {
        await using var command = db.CreateCommand(Add);
        foreach (var (name, value) in ((string, object?)[])
                 [("Id", scan.Id), ("Title", scan.Title), ("MediaType", scan.MediaType), ("Pages", scan.Pages), ("Held", scan.Held), ("Content", scan.Content)])
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value ?? DBNull.Value);
            command.Parameters.Add(parameter);
        }

        await command.ExecuteNonQueryAsync(stop);
    }

    public async Task<Scan?> FindAsync(Guid id, CancellationToken stop)
    {
        await using var connection = await db.OpenConnectionAsync(stop);
        return await connection.QuerySingleOrDefaultAsync<Scan>(new CommandDefinition(Find, new { id }, cancellationToken: stop));
    }

    public async Task<ScanWork?> OpenAsync(Guid id, CancellationToken stop)
    {
        await using var command = db.CreateCommand(Open);
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = ("id", id);
        command.Parameters.Add(parameter);
        await using var reader = await command.ExecuteReaderAsync(stop);
        return await reader.ReadAsync(stop)
            ? new ScanWork(
                reader.GetString(0), await reader.IsDBNullAsync(1, stop) ? null : reader.GetInt32(1), reader.GetInt32(2),
                reader.GetFieldValue<byte[]>(3), reader.GetFieldValue<int[]>(4).ToHashSet())
            : null;
    }

    public async Task<bool> AddPageAsync(Guid id, OcrPage page, CancellationToken stop)
    {
        var lines = JsonSerializer.Serialize(page.Lines.Select(static line => new ScanLine(
            Storable(line.Text), line.Confidence, [.. line.Polygon.SelectMany(static point => (int[])[point.X, point.Y])])), ScanLine.Json);
        await using var connection = await db.OpenConnectionAsync(stop);
        return await connection.QuerySingleAsync<bool>(new CommandDefinition(
            AddPage,
            new { id, page.PagesTotal, page.Number, page.Width, page.Height, engine = page.Model?.Engine, text = Storable(page.Text), lines },
            cancellationToken: stop));
    }

    public Task<ScanCost?> FinishAsync(Guid id, CancellationToken stop) => EndAsync(Finish, new { id }, stop);

    public Task<ScanCost?> FailAsync(Guid id, string error, CancellationToken stop) => EndAsync(Fail, new { id, error }, stop);

    public async Task<IReadOnlyList<ScanPage>> ReadPagesAsync(Guid id, int after, int limit, CancellationToken stop)
    {
        await using var connection = await db.OpenConnectionAsync(stop);
        var rows = await connection.QueryAsync<(int Number, int Width, int Height, string? Engine, string Text, string Lines)>(
            new CommandDefinition(Pages, new { id, after, limit }, cancellationToken: stop));
        return [.. rows.Select(static row => new ScanPage(
            row.Number, row.Width, row.Height, row.Engine, row.Text, JsonSerializer.Deserialize<ScanLine[]>(row.Lines, ScanLine.Json)!))];
    }

    async Task<ScanCost?> EndAsync(string sql, object values, CancellationToken stop)
    {
        await using var connection = await db.OpenConnectionAsync(stop);
        return await connection.QuerySingleOrDefaultAsync<(int Held, int Read)?>(new CommandDefinition(sql, values, cancellationToken: stop))
            is var (held, read) ? new ScanCost(held, read) : null;
    }

    /// <summary>PostgreSQL stores every character but one.</summary>
    static string Storable(string text) => text.Replace("\0", "", StringComparison.Ordinal);
}
