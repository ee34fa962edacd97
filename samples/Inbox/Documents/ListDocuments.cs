using Dapper;
using Inbox.Paging;
using Inbox.Problems;
using Microsoft.AspNetCore.Http.HttpResults;
using Tenancy;

namespace Inbox.Documents;

/// <summary>
/// Pages through documents by key: each page begins behind the last row of the one before, so that rows added or removed
/// meanwhile neither repeat nor hide others, and the last page costs what the first does.
/// </summary>
static class ListDocuments
{
    const string NewestFirst = "-created";
    const string OldestFirst = "created";

    public static async Task<Results<Ok<DocumentList>, ValidationProblem>> HandleAsync(
        [AsParameters] PageQuery page, string? sort, HttpContext http, CursorCodec cursors, ITenantContext tenants,
        TenantDataSource db, CancellationToken stop)
    {
        var mistakes = new Mistakes();
        sort ??= NewestFirst;
        if (sort is not (NewestFirst or OldestFirst))
            mistakes.Add("sort", $"Give {NewestFirst} or {OldestFirst}, or leave it out for {NewestFirst}.");
        var scope = new CursorScope(tenants.Current!.Id.Value, $"documents/{sort}");
        var (limit, bytes) = page.Read(cursors, scope, mistakes);
        if (mistakes.Any)
            return mistakes.ToProblem();

        var position = bytes is null ? default(DocumentPosition?) : DocumentPosition.Read(bytes);
        await using var connection = await db.OpenConnectionAsync(stop);
        // One row more than asked for says whether there is a next page.
        var documents = (await connection.QueryAsync<DocumentSummary>(new CommandDefinition(
            Sql(sort == NewestFirst, position is not null),
            new { position?.Created, position?.Id, Rows = limit + 1 }, cancellationToken: stop))).AsList();
        if (documents.Count <= limit)
            return TypedResults.Ok(new DocumentList(documents, null));

        documents.RemoveAt(limit);
        var next = Next(cursors, scope, documents[^1]);
        PageLink.AddNext(http, next);
        return TypedResults.Ok(new DocumentList(documents, next));
    }

    public static string Sql(bool newestFirst, bool behind) => (newestFirst, behind) switch
    {
        (true, false) => "select id, title, created from documents order by created desc, id desc limit @Rows",
        (true, true) => "select id, title, created from documents where (created, id) < (@Created, @Id) order by created desc, id desc limit @Rows",
        (false, false) => "select id, title, created from documents order by created, id limit @Rows",
        (false, true) => "select id, title, created from documents where (created, id) > (@Created, @Id) order by created, id limit @Rows",
    };

    static string Next(CursorCodec cursors, CursorScope scope, DocumentSummary last)
    {
        Span<byte> bytes = stackalloc byte[DocumentPosition.Bytes];
        new DocumentPosition(last.Created, last.Id).Write(bytes);
        return cursors.Write(scope, bytes);
    }
}
