using Dapper;
using Inbox.Conditions;
using Inbox.Problems;
using Microsoft.AspNetCore.Http.HttpResults;
using Tenancy;

namespace Inbox.Documents;

static class AddDocument
{
    public static async Task<Results<Created<DocumentSummary>, ValidationProblem>> HandleAsync(
        DocumentText document, HttpContext http, TenantDataSource db, CancellationToken stop)
    {
        var mistakes = new Mistakes();
        document.Check(mistakes);
        if (mistakes.Any)
            return mistakes.ToProblem();

        await using var connection = await db.OpenConnectionAsync(stop);
        var added = await connection.QuerySingleAsync<Document>(new CommandDefinition(
            "insert into documents (title, body) values (@Title, @Body) returning id, title, '' as body, created, revision",
            document, cancellationToken: stop));
        http.Response.Headers.ETag = EntityTag.Of(added.Revision);
        return TypedResults.Created(
            $"{http.Request.Path.Value!.TrimEnd('/')}/{added.Id}", new DocumentSummary(added.Id, added.Title, added.Created));
    }
}
