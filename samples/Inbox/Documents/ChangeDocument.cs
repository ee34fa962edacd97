using Dapper;
using Inbox.Conditions;
using Inbox.Problems;
using Microsoft.AspNetCore.Http.HttpResults;
using Tenancy;

namespace Inbox.Documents;

/// <summary>Writes only over what the caller has read: If-Match is needed, so that no update is lost.</summary>
static class ChangeDocument
{
    const string Sql =
        $"""
        update documents set title = coalesce(@Title, title), body = coalesce(@Body, body), revision = gen_random_uuid()
        where id = @id and {Preconditions.Sql}
        returning id, title, body, created, revision
        """;

    public static Task<Results<Ok<Document>, ValidationProblem, ProblemHttpResult>> ReplaceAsync(
        Guid id, DocumentText document, HttpContext http, TenantDataSource db, CancellationToken stop)
    {
        var mistakes = new Mistakes();
        document.Check(mistakes);
        return WriteAsync(id, document.Title, document.Body, mistakes, http, db, stop);
    }

    public static Task<Results<Ok<Document>, ValidationProblem, ProblemHttpResult>> PatchAsync(
        Guid id, DocumentPatch document, HttpContext http, TenantDataSource db, CancellationToken stop)
    {
        var mistakes = new Mistakes();
        document.Check(mistakes);
        return WriteAsync(id, document.Title, document.Body, mistakes, http, db, stop);
    }

    static async Task<Results<Ok<Document>, ValidationProblem, ProblemHttpResult>> WriteAsync(
        Guid id, string? title, string? body, Mistakes mistakes, HttpContext http, TenantDataSource db, CancellationToken stop)
    {
        var conditions = Preconditions.Read(http.Request.Headers, mistakes);
        if (mistakes.Any)
            return mistakes.ToProblem();
        if (!conditions.HasMatch)
            return Preconditions.Required();

        await using var connection = await db.OpenConnectionAsync(stop);
        var changed = await connection.QuerySingleOrDefaultAsync<Document>(new CommandDefinition(
            Sql, new { id, title, body, conditions.Match, conditions.NoneMatch }, cancellationToken: stop));
        if (changed is null)
            return await RemoveDocument.ExplainAsync(connection, id, stop);
        http.Response.Headers.ETag = EntityTag.Of(changed.Revision);
        return TypedResults.Ok(changed);
    }
}
