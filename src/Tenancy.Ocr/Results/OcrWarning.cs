namespace Tenancy;

/// <summary>Something to know about a result that is none the less one.</summary>
/// <param name="Code">What it is about.</param>
/// <param name="Message">In words.</param>
/// <param name="Page">The page, from 1; none for the whole document.</param>
public sealed record OcrWarning(OcrWarningCode Code, string Message, int? Page = null);

/// <summary>What a warning is about.</summary>
public enum OcrWarningCode
{
    /// <summary>Something newer than this client.</summary>
    Other = 0,

    /// <summary>The server read fewer pages than there are.</summary>
    PagesTruncated,

    /// <summary>The page was made smaller before it was read.</summary>
    Downscaled,

    /// <summary>Word boxes were asked for, and the server has none.</summary>
    WordBoxesUnsupported,

    /// <summary>Another language's model read it.</summary>
    LanguageFallback,

    /// <summary>The engine is not sure.</summary>
    LowConfidence,
}
