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

/// <summary>A word within a line.</summary>
public sealed record OcrWord
{
    /// <summary>The text.</summary>
    public required string Text { get; init; }

    /// <summary>The upright box around it.</summary>
    public required OcrBox Box { get; init; }

    /// <summary>How sure the engine is, 0 to 1, where it tells.</summary>
    public float? Confidence { get; init; }

    /// <summary>Whether the box was cut out of the line's by arithmetic instead of found, as PaddleOCR does.</summary>
    public bool IsApproximate { get; init; }
}

/// <summary>A point in pixels from the upper left corner.</summary>
/// <param name="X">To the right.</param>
/// <param name="Y">Down.</param>
public readonly record struct OcrPoint(int X, int Y);

/// <summary>A box in pixels from the upper left corner.</summary>
/// <param name="X">Its left side.</param>
/// <param name="Y">Its upper side.</param>
/// <param name="Width">To the right.</param>
/// <param name="Height">Down.</param>
public readonly record struct OcrBox(int X, int Y, int Width, int Height);

/// <summary>What coordinates refer to.</summary>
public enum OcrCoordinateSpace
{
    /// <summary>The page as it was sent.</summary>
    Source = 0,

    /// <summary>The page after it was turned upright; <see cref="OcrPage.RotationDegrees"/> turns it back.</summary>
    Upright,

    /// <summary>The page after it was flattened: there is no way back to the source.</summary>
    Unwarped,
}
