namespace Inbox.Documents;

/// <summary>What a list shows of a document.</summary>
sealed record DocumentSummary(Guid Id, string Title, DateTime Created);

/// <summary>A document with its text.</summary>
sealed record Document(Guid Id, string Title, string Body, DateTime Created);

/// <summary>The newest documents.</summary>
sealed record DocumentList(IReadOnlyList<DocumentSummary> Documents);

/// <summary>What is sent to add one.</summary>
sealed record NewDocument(string? Title, string? Body);
