namespace Tenancy;

/// <summary>What a document may be. Checked before a byte of it is sent.</summary>
public sealed class OcrInputLimits
{
    /// <summary>The default of <see cref="MaxBytes"/>: 64 MiB.</summary>
    public const int DefaultMaxBytes = 64 * 1024 * 1024;

    /// <summary>The default of <see cref="MaxPixels"/>: 70 million, an A3 page at 600 dpi.</summary>
    public const long DefaultMaxPixels = 70_000_000;

    /// <summary>The default of <see cref="MaxPages"/>.</summary>
    public const int DefaultMaxPages = 200;

    /// <summary>Bytes that a file may have.</summary>
    /// <value>Default: 64 MiB. Range: 1 byte to 1 GiB.</value>
    [Within(1, 1L << 30, "bytes")]
    public int MaxBytes { get; set; } = DefaultMaxBytes;

    /// <summary>Pixels that an image may have, width times height.</summary>
    /// <value>Default: 70,000,000 (an A3 page at 600 dpi). Range: 1 to 1,000,000,000.</value>
    [Within(1, 1_000_000_000, "pixels")]
    public long MaxPixels { get; set; } = DefaultMaxPixels;

    /// <summary>Pages that a document may have.</summary>
    /// <value>Default: 200. Range: 1 to 10,000.</value>
    [Within(1, 10_000, "pages")]
    public int MaxPages { get; set; } = DefaultMaxPages;
}
