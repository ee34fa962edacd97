namespace Tenancy;

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
