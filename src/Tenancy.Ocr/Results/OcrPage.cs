namespace Tenancy;

/// <summary>What was read on one page.</summary>
public sealed record OcrPage
{
    /// <summary>Its number in the document, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>How many pages the document has; none where neither client nor server could tell.</summary>
    public int? PagesTotal { get; init; }

    /// <summary>Its width in pixels, as read.</summary>
    public required int Width { get; init; }

    /// <summary>Its height in pixels, as read.</summary>
    public required int Height { get; init; }

    /// <summary>What the coordinates on it refer to.</summary>
    public OcrCoordinateSpace Space { get; init; }

    /// <summary>By how much it was turned counter-clockwise before it was read: 0, 90, 180 or 270.</summary>
    public int RotationDegrees { get; init; }

    /// <summary>The resolution at which a PDF's page was rasterised; none for an image.</summary>
    public int? Dpi { get; init; }

    /// <summary>The lines, in the server's reading order.</summary>
    public required IReadOnlyList<OcrLine> Lines { get; init; }

    /// <summary>The lines' text, joined by line feeds.</summary>
    public required string Text { get; init; }

    /// <summary>The mean of the lines' confidences, 0 to 1; none on a page without lines.</summary>
    public float? MeanConfidence { get; init; }

    /// <summary>What read it; none where the server does not tell.</summary>
    public OcrModel? Model { get; init; }

    /// <summary>The server that read it.</summary>
    public string Server { get; init; } = "";

    /// <summary>What the server's own log calls the request; none where it does not tell.</summary>
    public string? ServerRequestId { get; init; }

    /// <summary>What to know about the result; those of the whole document are on the page that came last. Default: nothing.</summary>
    public IReadOnlyList<OcrWarning> Warnings { get; init; } = [];
}
