namespace Tenancy;

/// <summary>The values of <see cref="OcrException.Reason"/> that this client gives; servers may give others.</summary>
public static class OcrReasons
{
    /// <summary>The document has no bytes.</summary>
    public const string EmptyFile = "EMPTY_FILE";

    /// <summary>It is no image and no PDF that a server reads.</summary>
    public const string MediaTypeUnsupported = "MEDIA_TYPE_UNSUPPORTED";

    /// <summary>It is something else than was said.</summary>
    public const string MediaTypeMismatch = "MEDIA_TYPE_MISMATCH";

    /// <summary>It is damaged or cut off.</summary>
    public const string UnreadableFile = "UNREADABLE_FILE";

    /// <summary>It is a PDF that needs a password.</summary>
    public const string EncryptedPdf = "ENCRYPTED_PDF";

    /// <summary>It has more bytes than is allowed.</summary>
    public const string TooManyBytes = "TOO_MANY_BYTES";

    /// <summary>A page of it has more pixels than is allowed.</summary>
    public const string TooManyPixels = "TOO_MANY_PIXELS";

    /// <summary>It has more pages than is allowed.</summary>
    public const string TooManyPages = "TOO_MANY_PAGES";

    /// <summary>The server read fewer pages than there are.</summary>
    public const string PagesTruncated = "PAGES_TRUNCATED";

    /// <summary>No pool reads the language.</summary>
    public const string LanguageUnsupported = "LANGUAGE_UNSUPPORTED";

    /// <summary>No server could be reached, of all that were asked: none has begun with the document.</summary>
    public const string NoServer = "NO_SERVER";

    /// <summary>Too many calls wait already.</summary>
    public const string QueueFull = "QUEUE_FULL";

    /// <summary>The tenant has used what it may for now.</summary>
    public const string TenantLimit = "TENANT_LIMIT";
}
