namespace Inbox.Documents.Search;

/// <summary>
/// A document that was found. The snippet is safe to show as HTML: the text is encoded, and its only tags are
/// <c>&lt;mark&gt;</c> around the words that were found.
/// </summary>
sealed record SearchHit(Guid Id, string Title, DateTime Created, float Rank, string Snippet);

/// <summary>A page of hits, best first, and the cursor of the next one where there is one.</summary>
sealed record SearchHits(IReadOnlyList<SearchHit> Hits, string? Next);
