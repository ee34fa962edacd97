namespace Tenancy;

/// <summary>What the first bytes of a file say it is.</summary>
internal enum DocumentKind
{
    Unknown,
    Png,
    Jpeg,
    Tiff,
    Bmp,
    Webp,
    Pdf,
}

internal static class DocumentKinds
{
    public const string Supported = "PNG, JPEG, TIFF, BMP, WebP and PDF";

    public static DocumentKind Of(ReadOnlySpan<byte> file) => file switch
    {
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => DocumentKind.Png,
        [0xff, 0xd8, 0xff, ..] => DocumentKind.Jpeg,
        [(byte)'I', (byte)'I', 42, 0, ..] or [(byte)'M', (byte)'M', 0, 42, ..] => DocumentKind.Tiff,
        [(byte)'B', (byte)'M', _, _, _, _, 0, 0, 0, 0, ..] => DocumentKind.Bmp,
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => DocumentKind.Webp,
        // Readers allow rubbish before the header: ISO 32000-1, annex H, 3.4.1.
        _ when file[..Math.Min(file.Length, 1024)].IndexOf("%PDF-"u8) >= 0 => DocumentKind.Pdf,
        _ => DocumentKind.Unknown,
    };

    public static string MediaType(this DocumentKind kind) => kind switch
    {
        DocumentKind.Png => "image/png",
        DocumentKind.Jpeg => "image/jpeg",
        DocumentKind.Tiff => "image/tiff",
        DocumentKind.Bmp => "image/bmp",
        DocumentKind.Webp => "image/webp",
        DocumentKind.Pdf => "application/pdf",
        _ => "application/octet-stream",
    };

    /// <summary>Whether a media type as people write it means this kind.</summary>
    public static bool IsCalled(this DocumentKind kind, string mediaType)
    {
        var plain = mediaType.AsSpan(0, mediaType.IndexOf(';') is >= 0 and var end ? end : mediaType.Length).Trim();
        return plain.Equals(kind.MediaType(), StringComparison.OrdinalIgnoreCase) || kind switch
        {
            DocumentKind.Jpeg => plain.Equals("image/jpg", StringComparison.OrdinalIgnoreCase) || plain.Equals("image/pjpeg", StringComparison.OrdinalIgnoreCase),
            DocumentKind.Bmp => plain.Equals("image/x-ms-bmp", StringComparison.OrdinalIgnoreCase),
            DocumentKind.Pdf => plain.Equals("application/x-pdf", StringComparison.OrdinalIgnoreCase),
            _ => false,
        };
    }
}
