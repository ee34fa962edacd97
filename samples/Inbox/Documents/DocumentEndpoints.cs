using Inbox.Documents.Search;

namespace Inbox.Documents;

/// <summary>
/// The inbox. The same handlers and the same SQL serve a tenant in shared rows, one in its own schema and one in its own
/// database; no statement names a tenant.
/// </summary>
static class DocumentEndpoints
{
    public static void MapDocuments(this RouteGroupBuilder organization)
    {
        var documents = organization.MapGroup("/documents").WithTags("Documents");
        documents.MapPost("/", AddDocument.HandleAsync)
            .WithSummary("Adds a document.");
        documents.MapGet("/", ListDocuments.HandleAsync)
            .WithSummary("Lists documents, page by page.");
        documents.MapGet("/search", SearchDocuments.HandleAsync)
            .WithSummary("Searches titles and texts, best hits first.");

        var document = documents.MapGroup("/{id:guid}");
        document.MapGet("/", ReadDocument.HandleAsync)
            .WithSummary("Reads a document.")
            .Produces(StatusCodes.Status304NotModified)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed);
        document.MapPut("/", ChangeDocument.ReplaceAsync)
            .WithSummary("Replaces title and text of a document.")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status428PreconditionRequired);
        document.MapPatch("/", ChangeDocument.PatchAsync)
            .WithSummary("Changes the title, the text or both.")
            .Accepts<DocumentPatch>(DocumentPatch.MediaType)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status428PreconditionRequired);
        document.MapDelete("/", RemoveDocument.HandleAsync)
            .WithSummary("Removes a document.")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed);
    }
}
