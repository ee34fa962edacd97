namespace Tenancy;

/// <summary>A line of text.</summary>
public sealed record OcrLine
{
    /// <summary>The text.</summary>
    public required string Text { get; init; }

    /// <summary>How sure the engine is, 0 to 1.</summary>
    public required float Confidence { get; init; }

    /// <summary>Its corners in order; empty where no geometry was asked for.</summary>
    public IReadOnlyList<OcrPoint> Polygon { get; init; } = [];

    /// <summary>The upright box around it; none where no geometry was asked for.</summary>
    public OcrBox? Box { get; init; }

    /// <summary>Its words, where asked for and known. Default: none.</summary>
    public IReadOnlyList<OcrWord> Words { get; init; } = [];

    /// <summary>Whether it stands upside down on the page.</summary>
    public bool IsUpsideDown { get; init; }

    /// <summary>Its language as of BCP 47, where the engine tells.</summary>
    public string? Language { get; init; }
}
