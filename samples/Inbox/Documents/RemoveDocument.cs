using System.Data.Common;
using Dapper;
using Inbox.Conditions;
using Inbox.Problems;
using Microsoft.AspNetCore.Http.HttpResults;
using Tenancy;

namespace Inbox.Documents;

/// <summary>Removes a document; with If-Match, only at the revision the caller has read.</summary>
static class RemoveDocument
{
    public static async Task<Results<NoContent, ValidationProblem, ProblemHttpResult>> HandleAsync(
        Guid id, HttpContext http, TenantDataSource db, CancellationToken stop)
    {
        var mistakes = new Mistakes();
        var conditions = Preconditions.Read(http.Request.Headers, mistakes);
        if (mistakes.Any)
            return mistakes.ToProblem();

        await using var connection = await db.OpenConnectionAsync(stop);
        var removed = await connection.ExecuteAsync(new CommandDefinition(
            $"delete from documents where id = @id and {Preconditions.Sql}",
            new { id, conditions.Match, conditions.NoneMatch }, cancellationToken: stop));
        return removed == 0 ? await ExplainAsync(connection, id, stop) : TypedResults.NoContent();
    }

    /// <summary>Why nothing was written: the document is not there, or it is at another revision.</summary>
    public static async Task<ProblemHttpResult> ExplainAsync(DbConnection connection, Guid id, CancellationToken stop) =>
        await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            "select exists (select from documents where id = @id)", new { id }, cancellationToken: stop))
            ? Preconditions.Failed()
            : ReadDocument.NotFound();
}
