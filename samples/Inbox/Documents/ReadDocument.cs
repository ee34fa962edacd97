using Dapper;
using Inbox.Conditions;
using Inbox.Problems;
using Microsoft.AspNetCore.Http.HttpResults;
using Tenancy;

namespace Inbox.Documents;

static class ReadDocument
{
    public static async Task<Results<Ok<Document>, ValidationProblem, ProblemHttpResult, StatusCodeHttpResult>> HandleAsync(
        Guid id, HttpContext http, TenantDataSource db, CancellationToken stop)
    {
        var mistakes = new Mistakes();
        var conditions = Preconditions.Read(http.Request.Headers, mistakes);
        if (mistakes.Any)
            return mistakes.ToProblem();

        await using var connection = await db.OpenConnectionAsync(stop);
        var document = await connection.QuerySingleOrDefaultAsync<Document>(new CommandDefinition(
            "select id, title, body, created, revision from documents where id = @id", new { id }, cancellationToken: stop));
        if (document is null)
            return NotFound();
        var answer = conditions.AnswerReader(document.Revision);
        if (answer == StatusCodes.Status412PreconditionFailed)
            return Preconditions.Failed();
        http.Response.Headers.ETag = EntityTag.Of(document.Revision);
        // To be kept by the one who asked, and to be asked about each time.
        http.Response.Headers.CacheControl = "private, no-cache";
        return answer is { } status ? TypedResults.StatusCode(status) : TypedResults.Ok(document);
    }

    public static ProblemHttpResult NotFound() =>
        TypedResults.Problem("There is no such document.", statusCode: StatusCodes.Status404NotFound);
}
