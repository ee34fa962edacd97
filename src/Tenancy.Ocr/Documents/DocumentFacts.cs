using System.Globalization;

namespace Tenancy;

/// <summary>What is known of a document before a byte of it is sent.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Pages">How many pages it has; none where only a server can tell.</param>
internal readonly record struct DocumentFacts(DocumentKind Kind, int? Pages)
{
    public bool IsPdf => Kind == DocumentKind.Pdf;

    /// <summary>Looks at a document, and refuses what no server should see.</summary>
    /// <exception cref="OcrException">It is refused; <see cref="OcrException.Reason"/> says why.</exception>
    public static DocumentFacts Check(OcrDocument document, OcrInputLimits limits)
    {
        var file = document.Content.Span;
        if (file.IsEmpty)
            throw Refusal.Wrong(OcrReasons.EmptyFile, "The document has 0 bytes.");
        if (file.Length > limits.MaxBytes)
            throw Refusal.TooLarge(OcrReasons.TooManyBytes, $"The document has {Number(file.Length)} bytes; {Number(limits.MaxBytes)} are allowed (Input:MaxBytes).");
        var kind = DocumentKinds.Of(file);
        if (kind == DocumentKind.Unknown)
            throw Refusal.Unsupported(OcrReasons.MediaTypeUnsupported, $"The document is none of {DocumentKinds.Supported}. Convert it to one of them.");
        if (document.MediaType is { Length: > 0 } said && !kind.IsCalled(said))
            throw Refusal.Wrong(OcrReasons.MediaTypeMismatch, $"The document is {kind.MediaType()}, and not what its media type says. Send it with the right one.");
        var pages = kind == DocumentKind.Pdf ? PagesOfPdf(file) : PagesOfImage(kind, file, limits);
        if (pages > limits.MaxPages)
            throw Refusal.TooLarge(OcrReasons.TooManyPages, $"The document has {Number(pages.Value)} pages; {Number(limits.MaxPages)} are allowed (Input:MaxPages). Split it.");
        return new(kind, pages);
    }

    static int? PagesOfPdf(ReadOnlySpan<byte> file)
    {
        var facts = PdfFacts.Read(file);
        return facts.IsEncrypted
            ? throw Refusal.Unsupported(OcrReasons.EncryptedPdf, "The PDF is encrypted. Remove its password.")
            : facts.Pages;
    }

    static int? PagesOfImage(DocumentKind kind, ReadOnlySpan<byte> file, OcrInputLimits limits)
    {
        if (ImageHeader.Read(kind, file) is not { Width: > 0, Height: > 0 } header)
            throw Refusal.Wrong(OcrReasons.UnreadableFile, $"The {kind.MediaType()} is damaged or cut off.");
        // Each side first: their product may not fit.
        if (header.Width > limits.MaxPixels || header.Height > limits.MaxPixels || header.Width * header.Height > limits.MaxPixels)
            throw Refusal.TooLarge(OcrReasons.TooManyPixels, $"The image has {Number(header.Width)} x {Number(header.Height)} pixels; {Number(limits.MaxPixels)} are allowed (Input:MaxPixels). Make it smaller.");
        return header.Pages;
    }

    static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
