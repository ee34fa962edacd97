using System.Data.Common;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Tenancy;

namespace Inbox.Documents;

/// <summary>
/// How not to write a search: it pastes what the caller sent into the statement. It is here for the tour, which shows
/// that even then no other tenant's row is read, and exists only where <c>Demo:UnsafeSearch</c> is true.
/// </summary>
static class UnsafeSearchEndpoint
{
    const int MaxRows = 1000;

    public static void MapUnsafeSearch(this RouteGroupBuilder organization) =>
        organization.MapGet("/unsafe-search", SearchAsync)
            .WithTags("Demo")
            .WithSummary("How not to write a search: it pastes the title into the statement.")
            .ProducesProblem(StatusCodes.Status400BadRequest);

    static async Task<Results<Ok<SearchResult>, ProblemHttpResult>> SearchAsync(
        string title, TenantDataSource db, CancellationToken stop)
    {
        try
        {
            await using var connection = await db.OpenConnectionAsync(stop);
            await using var command = connection.CreateCommand();
            command.CommandText = $"select id::text, title from documents where title = '{title}'";
            await using var reader = await command.ExecuteReaderAsync(stop);
            var rows = new List<string[]>();
            while (rows.Count < MaxRows && await reader.ReadAsync(stop))
                rows.Add(ReadRow(reader));
            return TypedResults.Ok(new SearchResult(rows));
        }
        catch (PostgresException e)
        {
            return Refused($"PostgreSQL: {e.SqlState} {e.MessageText}");
        }
        catch (Exception e) when (e is InvalidOperationException or NotSupportedException or DbException)
        {
            // The statement was refused before it was sent.
            return Refused(e.Message);
        }
    }

    static string[] ReadRow(DbDataReader reader)
    {
        var row = new string[reader.FieldCount];
        for (var i = 0; i < row.Length; i++)
            row[i] = reader.IsDBNull(i) ? "" : Convert.ToString(reader.GetValue(i)) ?? "";
        return row;
    }

    static ProblemHttpResult Refused(string detail) =>
        TypedResults.Problem(detail, statusCode: StatusCodes.Status400BadRequest);

    sealed record SearchResult(IReadOnlyList<string[]> Rows);
}
