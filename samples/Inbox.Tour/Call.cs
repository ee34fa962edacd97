namespace Inbox.Tour;

/// <summary>A request, as it is sent and shown.</summary>
sealed record Call(HttpMethod Method, string Path)
{
    public string? Body { get; init; }

    public string? Token { get; init; }

    /// <summary>Whose token it is, for the reader.</summary>
    public string Who { get; init; } = "";

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();
}
