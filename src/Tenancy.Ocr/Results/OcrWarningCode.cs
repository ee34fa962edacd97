namespace Tenancy;

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
