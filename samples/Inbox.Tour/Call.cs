namespace Inbox.Tour;

/// <summary>A request, as it is sent and shown.</summary>
sealed record Call(HttpMethod Method, string Path)
{
    public string? Body { get; init; }

    /// <summary>A file that is sent instead of a text, with what it is.</summary>
    public (byte[] Content, string MediaType)? File { get; init; }

    public string? Token { get; init; }

    /// <summary>Whose token it is, for the reader.</summary>
    public string Who { get; init; } = "";

    /// <summary>Whether a refusal for having asked too often is an answer like any other; else one waits and asks again.</summary>
    public bool TakesRefusal { get; init; }

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();
}
