namespace Tenancy;

/// <summary>What read a page.</summary>
public sealed record OcrModel
{
    /// <summary>The engine, such as <c>paddleocr</c> or <c>tesseract</c>.</summary>
    public required string Engine { get; init; }

    /// <summary>Its version; empty where the server does not tell.</summary>
    public string Version { get; init; } = "";

    /// <summary>The model that finds lines; empty where the server does not tell.</summary>
    public string Detector { get; init; } = "";

    /// <summary>The model that reads them; empty where the server does not tell.</summary>
    public string Recognizer { get; init; } = "";

    /// <summary>What it reads, as of BCP 47; empty where the server does not tell.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>Whether it was trained for handwriting.</summary>
    public bool ReadsHandwriting { get; init; }

    /// <summary>What it runs on, such as <c>cpu</c> or <c>gpu:0</c>; empty where the server does not tell.</summary>
    public string Device { get; init; } = "";
}
