namespace Tenancy;

/// <summary>A whole document.</summary>
public sealed record OcrResult
{
    /// <summary>Its pages, in order.</summary>
    public required IReadOnlyList<OcrPage> Pages { get; init; }

    /// <summary>The pages' text, joined by form feeds as plain text does it.</summary>
    public string Text => string.Join('\f', Pages.Select(page => page.Text));

    /// <summary>The warnings of all pages.</summary>
    public IEnumerable<OcrWarning> Warnings => Pages.SelectMany(page => page.Warnings);
}
