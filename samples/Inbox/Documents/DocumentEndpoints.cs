using Dapper;
using Inbox.Problems;
using Microsoft.AspNetCore.Http.HttpResults;
using Tenancy;

namespace Inbox.Documents;

/// <summary>
/// The inbox. The same handlers and the same SQL serve a tenant in shared rows, one in its own schema and one in its own
/// database; no statement names a tenant.
/// </summary>
static class DocumentEndpoints
{
    const int MaxTitleLength = 200;
    const int ListLimit = 100;

    public static void MapDocuments(this RouteGroupBuilder organization)
    {
        var documents = organization.MapGroup("/documents");
        documents.MapPost("/", AddAsync);
        documents.MapGet("/", ListAsync);
        documents.MapGet("/{id:guid}", FindAsync);
        documents.MapDelete("/{id:guid}", RemoveAsync);
    }

    static async Task<Results<Created<DocumentSummary>, ValidationProblem>> AddAsync(
        NewDocument document, HttpRequest request, TenantDataSource db, CancellationToken stop)
    {
        var mistakes = new Mistakes();
        mistakes.CheckText("title", document.Title, MaxTitleLength);
        mistakes.CheckText("body", document.Body, ProblemExtensions.MaxBodyBytes, mayBeEmpty: true);
        if (mistakes.Any)
            return mistakes.ToProblem();

        await using var connection = await db.OpenConnectionAsync(stop);
        var added = await connection.QuerySingleAsync<DocumentSummary>(new CommandDefinition(
            "insert into documents (title, body) values (@Title, @Body) returning id, title, created",
            document, cancellationToken: stop));
        return TypedResults.Created($"{request.Path.Value!.TrimEnd('/')}/{added.Id}", added);
    }

    static async Task<DocumentList> ListAsync(TenantDataSource db, CancellationToken stop)
    {
        await using var connection = await db.OpenConnectionAsync(stop);
        var documents = await connection.QueryAsync<DocumentSummary>(new CommandDefinition(
            "select id, title, created from documents order by created desc, id desc limit @ListLimit",
            new { ListLimit }, cancellationToken: stop));
        return new DocumentList([.. documents]);
    }

    static async Task<Results<Ok<Document>, ProblemHttpResult>> FindAsync(
        Guid id, TenantDataSource db, CancellationToken stop)
    {
        await using var connection = await db.OpenConnectionAsync(stop);
        var document = await connection.QuerySingleOrDefaultAsync<Document>(new CommandDefinition(
            "select id, title, body, created from documents where id = @id", new { id }, cancellationToken: stop));
        return document is null ? NotFound() : TypedResults.Ok(document);
    }

    static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(
        Guid id, TenantDataSource db, CancellationToken stop)
    {
        await using var connection = await db.OpenConnectionAsync(stop);
        var removed = await connection.ExecuteAsync(new CommandDefinition(
            "delete from documents where id = @id", new { id }, cancellationToken: stop));
        return removed == 0 ? NotFound() : TypedResults.NoContent();
    }

    static ProblemHttpResult NotFound() =>
        TypedResults.Problem("There is no such document.", statusCode: StatusCodes.Status404NotFound);
}
