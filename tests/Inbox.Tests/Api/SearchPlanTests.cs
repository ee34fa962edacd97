using System.Globalization;
using System.Text.RegularExpressions;
using Inbox.Documents;
using Inbox.Documents.Search;
using Inbox.Tests.Hosting;
using Npgsql;
using NpgsqlTypes;
using Tenancy.TestKit;
using Xunit.Abstractions;

namespace Inbox.Tests.Api;

/// <summary>
/// The plans of the sample's own statements, with row security active, and the figures of docs/full-text-search.md:
/// <c>INBOX_SEARCH_ROWS=3000 dotnet test tests/Inbox.Tests --filter SearchPlan --logger "console;verbosity=detailed"</c>.
/// </summary>
[Collection(InboxCollection.Name)]
public sealed class SearchPlanTests(InboxFixture inbox, ITestOutputHelper output)
{
    const int Neighbours = 99;
    const int Runs = 7;
    const string RareWord = "w4500";

    static readonly int Rows =
        int.TryParse(Environment.GetEnvironmentVariable("INBOX_SEARCH_ROWS"), CultureInfo.InvariantCulture, out var rows) ? rows : 150;

    [Fact]
    public async Task Row_isolation_looks_through_the_tenants_own_rows_and_through_no_others()
    {
        await using var connection = await FillSharedAsync();
        var tenant = await inbox.IdOfAsync(inbox.Tenants["row"]);

        var shipped = await ExplainAsync(connection, "tenant first, as shipped", tenant);
        Assert.Contains("Index Cond: (tenant_id = $", shipped, StringComparison.Ordinal);
        Assert.Contains("Filter: (search @@", shipped, StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan", shipped, StringComparison.Ordinal);

        // What one would try: none of it makes the match an index condition.
        await RunAsync(connection, "create index documents_search on app.documents using gin (search)");
        AssertLookedThrough(await ExplainAsync(connection, "with GIN (search)", tenant));
        AssertLookedThrough(await ExplainAsync(connection, "with GIN (search) and where tenant_id = …", tenant, explicitly: true));

        // The control, and the reason: were the operator leakproof, the same statement would use the same index.
        await RunAsync(connection, "alter function pg_catalog.ts_match_vq(tsvector, tsquery) leakproof");
        Assert.Contains("Index Cond: (search @@", await ExplainAsync(connection, "the same, @@ declared leakproof", tenant), StringComparison.Ordinal);

        await RunAsync(connection, "drop index app.documents_search; create extension if not exists btree_gin schema extensions; " +
            "create index documents_search on app.documents using gin (tenant_id extensions.uuid_ops, search)");
        Assert.Matches(@"Index Cond: \(\(tenant_id = \$\d\) AND \(search @@", await ExplainAsync(connection, "GIN (tenant_id, search), @@ declared leakproof", tenant));
        await RunAsync(connection, "alter function pg_catalog.ts_match_vq(tsvector, tsquery) not leakproof");
        AssertLookedThrough(await ExplainAsync(connection, "with GIN (tenant_id, search)", tenant));
    }

    [Fact]
    public async Task Schema_isolation_looks_through_the_tenants_rows_as_well()
    {
        var slug = await inbox.CreateTenantAsync("starter", "schema");
        var tenant = await inbox.IdOfAsync(slug);
        await using var connection = await PrivateCluster.OpenAsync(inbox.SharedDatabase);
        await FillAsync(connection, await inbox.TableOfAsync(slug), [tenant], Math.Max(Rows, 2000));
        await RunAsync(connection, "begin");
        await RunAsync(connection, $"create index documents_search on {await inbox.TableOfAsync(slug)} using gin (search)");
        AssertLookedThrough(await ExplainAsync(connection, "schema isolation, with GIN (search)", tenant, enter: "enter_schema"));
    }

    [Fact]
    public async Task Database_isolation_finds_the_words_in_the_index()
    {
        var slug = await inbox.CreateTenantAsync("starter", "database");
        var tenant = await inbox.IdOfAsync(slug);
        await using var connection = await PrivateCluster.OpenAsync(await inbox.DatabaseOfAsync(slug));
        await FillAsync(connection, "app.documents", [tenant], Math.Max(Rows, 2000));
        // What was added last lies in the index's pending list until a vacuum, and is looked through.
        await RunAsync(connection, "vacuum analyze app.documents");
        await RunAsync(connection, "begin; set local search_path = app, extensions");
        var plan = await ExplainAsync(connection, "database isolation, GIN (search)", tenant, enter: null);
        Assert.Contains("Bitmap Index Scan on documents_search", plan, StringComparison.Ordinal);
        Assert.Contains("Index Cond: (search @@", plan, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "<")]
    [InlineData(false, ">")]
    public async Task A_page_behind_a_cursor_begins_in_the_index(bool newestFirst, string comparison)
    {
        await using var connection = await FillSharedAsync();
        await EnterAsync(connection, await inbox.IdOfAsync(inbox.Tenants["row"]), "enter");
        await using var command = new NpgsqlCommand("explain (costs off) " + ListDocuments.Sql(newestFirst, behind: true), connection);
        command.Parameters.AddWithValue("Created", DateTime.UtcNow);
        command.Parameters.AddWithValue("Id", Guid.NewGuid());
        command.Parameters.AddWithValue("Rows", 51);
        var plan = await ReadAsync(command);
        Assert.Matches($@"Index Cond: \(\(tenant_id = \$\d\) AND \(ROW\(created, id\) {comparison} ROW\(", plan);
        Assert.DoesNotContain("Sort", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Filter", plan, StringComparison.Ordinal);
    }

    static void AssertLookedThrough(string plan)
    {
        Assert.Matches(@"Filter: .*search @@", plan);
        Assert.DoesNotMatch(@"Index Cond: .*search @@", plan);
    }

    /// <summary>One tenant's documents among those of a hundred, in a transaction that nobody will see.</summary>
    async Task<NpgsqlConnection> FillSharedAsync()
    {
        var connection = await PrivateCluster.OpenAsync(inbox.SharedDatabase);
        await RunAsync(connection, "begin");
        var tenant = await inbox.IdOfAsync(inbox.Tenants["row"]);
        await FillAsync(connection, "app.documents", [tenant, .. Enumerable.Range(0, Neighbours).Select(_ => Guid.NewGuid())], Rows);
        return connection;
    }

    /// <summary>Documents of sixty words, common ones and rare ones; the tenants' lie mixed, as they came in.</summary>
    static async Task FillAsync(NpgsqlConnection connection, string table, Guid[] tenants, int rows)
    {
        await using var fill = new NpgsqlCommand(
            $"""
            insert into {table} (tenant_id, title, body, created)
            select t, 'title ' || r, (select string_agg('w' || floor(5000 * power(random(), 3))::int, ' ')
                                      from generate_series(1, 60) k where r > 0 and t is not null),
                   now() - r * interval '1 minute'
            from generate_series(1, $2) r cross join unnest($1) t
            order by r
            """, connection) { CommandTimeout = 300 };
        fill.Parameters.Add(new() { Value = tenants });
        fill.Parameters.Add(new() { Value = rows });
        await fill.ExecuteNonQueryAsync();
        await RunAsync(connection, $"analyze {table}");
    }

    async Task<string> ExplainAsync(
        NpgsqlConnection connection, string what, Guid tenant, bool explicitly = false, string? enter = "enter")
    {
        await RunAsync(connection, "savepoint explained");
        if (enter is not null)
            await EnterAsync(connection, tenant, enter);
        await RunAsync(connection, "set local jit = off");
        var sql = explicitly
            ? SearchDocuments.Sql.Replace("where search @@", $"where tenant_id = '{tenant}' and search @@", StringComparison.Ordinal)
            : SearchDocuments.Sql;
        var (plan, times) = ("", new List<double>());
        for (var run = 0; run < Runs; run++)
        {
            await using var command = new NpgsqlCommand("explain (analyze, costs off, buffers) " + sql, connection);
            command.Parameters.AddWithValue("Query", RareWord);
            command.Parameters.AddWithValue("Rank", NpgsqlDbType.Real, DBNull.Value);
            command.Parameters.AddWithValue("Created", NpgsqlDbType.TimestampTz, DBNull.Value);
            command.Parameters.AddWithValue("Id", NpgsqlDbType.Uuid, DBNull.Value);
            command.Parameters.AddWithValue("Rows", 51);
            plan = await ReadAsync(command);
            var line = plan.Split('\n').Single(line => line.StartsWith("Execution Time: ", StringComparison.Ordinal));
            times.Add(double.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture));
        }

        await RunAsync(connection, "rollback to savepoint explained");
        var pages = Regex.Matches(plan.Split('\n').First(line => line.Contains("Buffers: shared", StringComparison.Ordinal)), @"(?:hit|read)=(\d+)")
            .Sum(match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
        output.WriteLine($"{times.Min(),8:F2} ms {pages,6} pages  {what}");
        return plan;
    }

    /// <summary>Becomes what the API is: the login that serves requests, in the scope of the tenant.</summary>
    static Task EnterAsync(NpgsqlConnection connection, Guid tenant, string enter) =>
        RunAsync(connection, $"set local role tenancy_app; set local search_path = app, extensions, pg_temp; select tenancy.{enter}('{tenant}')");

    static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 300 };
        await command.ExecuteNonQueryAsync();
    }

    static async Task<string> ReadAsync(NpgsqlCommand command)
    {
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync())
            lines.Add(reader.GetString(0));
        return string.Join('\n', lines);
    }
}
