namespace Inbox.Paging;

/// <summary>What a cursor is good for: one list of one owner, in one order and with one filter.</summary>
/// <param name="Owner">The tenant whose list it is; all zeros for a list of the platform.</param>
/// <param name="List">The list and its order.</param>
/// <param name="Filter">What the list was narrowed to; empty where it was not.</param>
readonly record struct CursorScope(Guid Owner, string List, string Filter = "");
