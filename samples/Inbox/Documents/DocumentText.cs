using Inbox.Problems;

namespace Inbox.Documents;

/// <summary>What is sent to add a document, or to replace one.</summary>
sealed record DocumentText(string? Title, string? Body)
{
    public void Check(Mistakes mistakes)
    {
        mistakes.CheckText("title", Title, Document.MaxTitleLength);
        mistakes.CheckText("body", Body, ProblemExtensions.MaxBodyBytes, mayBeEmpty: true);
    }
}

/// <summary>What is sent to change members of a document (RFC 7396): those that are left out stay as they are.</summary>
sealed class DocumentPatch
{
    public const string MediaType = "application/merge-patch+json";

    bool _hasTitle;
    bool _hasBody;

    public string? Title
    {
        get;
        set => (field, _hasTitle) = (value, true);
    }

    public string? Body
    {
        get;
        set => (field, _hasBody) = (value, true);
    }

    /// <summary>In a merge patch null removes a member; a document has both. A patch of nothing is more likely a mistake.</summary>
    public void Check(Mistakes mistakes)
    {
        if (_hasTitle)
            mistakes.CheckText("title", Title, Document.MaxTitleLength);
        if (_hasBody)
            mistakes.CheckText("body", Body, ProblemExtensions.MaxBodyBytes, mayBeEmpty: true);
        if (!_hasTitle && !_hasBody)
            mistakes.Add("", "Give a title, a body, or both.");
    }
}
