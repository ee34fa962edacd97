using Dapper;
using Inbox.Paging;
using Inbox.Problems;
using Microsoft.AspNetCore.Http.HttpResults;
using Tenancy;

namespace Inbox.Documents.Search;

/// <summary>
/// Full-text search. The rank comes from the document and the question alone: PostgreSQL keeps no count of words over all
/// rows, so that it tells nothing of other tenants' documents.
/// </summary>
static class SearchDocuments
{
    public const int MaxQueryLength = 200;

    /// <summary>Headlines are made of the hits on the page only: they read the whole text.</summary>
    public const string Sql =
        $"""
        select id, title, created, rank, {Snippet.Sql} as snippet
        from (select id, title, created, body, ts_rank(search, websearch_to_tsquery('english', @Query)) as rank
              from documents
              where search @@ websearch_to_tsquery('english', @Query)) as hits
        where cast(@Id as uuid) is null or (rank, created, id) < (cast(@Rank as real), cast(@Created as timestamptz), cast(@Id as uuid))
        order by rank desc, created desc, id desc limit @Rows
        """;

    public static async Task<Results<Ok<SearchHits>, ValidationProblem>> HandleAsync(
        string? q, [AsParameters] PageQuery page, HttpContext http, CursorCodec cursors, ITenantContext tenants,
        TenantDataSource db, CancellationToken stop)
    {
        var mistakes = new Mistakes();
        mistakes.CheckText("q", q, MaxQueryLength);
        var scope = new CursorScope(tenants.Current!.Id.Value, "search", q ?? "");
        var (limit, bytes) = page.Read(cursors, scope, mistakes);
        if (mistakes.Any)
            return mistakes.ToProblem();

        var position = bytes is null ? default(HitPosition?) : HitPosition.Read(bytes);
        await using var connection = await db.OpenConnectionAsync(stop);
        var hits = (await connection.QueryAsync<SearchHit>(new CommandDefinition(
            Sql, new { Query = q, position?.Rank, position?.Document.Created, position?.Document.Id, Rows = limit + 1 },
            cancellationToken: stop))).Select(hit => hit with { Snippet = Snippet.ToMarkup(hit.Snippet) }).ToList();
        if (hits.Count <= limit)
            return TypedResults.Ok(new SearchHits(hits, null));

        hits.RemoveAt(limit);
        var next = Next(cursors, scope, hits[^1]);
        PageLink.AddNext(http, next);
        return TypedResults.Ok(new SearchHits(hits, next));
    }

    static string Next(CursorCodec cursors, CursorScope scope, SearchHit last)
    {
        Span<byte> bytes = stackalloc byte[HitPosition.Bytes];
        new HitPosition(last.Rank, new DocumentPosition(last.Created, last.Id)).Write(bytes);
        return cursors.Write(scope, bytes);
    }
}
