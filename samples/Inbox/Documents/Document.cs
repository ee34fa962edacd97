using System.Text.Json.Serialization;

namespace Inbox.Documents;

/// <summary>What a list shows of a document.</summary>
sealed record DocumentSummary(Guid Id, string Title, DateTime Created);

/// <summary>A document with its text. Its revision goes into the ETag.</summary>
sealed record Document(Guid Id, string Title, string Body, DateTime Created, [property: JsonIgnore] Guid Revision)
{
    public const int MaxTitleLength = 200;
}

/// <summary>A page of documents, and the cursor of the next one where there is one.</summary>
sealed record DocumentList(IReadOnlyList<DocumentSummary> Documents, string? Next);
