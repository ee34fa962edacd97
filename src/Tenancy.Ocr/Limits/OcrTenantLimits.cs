namespace Tenancy;

/// <summary>What one tenant may use of the OCR servers, from this process. Checked before a document is serialised.</summary>
public sealed class OcrTenantLimits
{
    /// <summary>Calls that servers work on at the same time for the tenant; further ones wait.</summary>
    /// <value>Default: none, no limit. Range: 1 to 10,000.</value>
    [Within(1, 10_000, "calls")]
    public int? MaxConcurrent { get; set; }

    /// <summary>Pages per minute. A tenant that was idle may have a minute's worth at once.</summary>
    /// <value>Default: none, no limit. Range: 1 to 1,000,000.</value>
    [Within(1, 1_000_000, "pages per minute")]
    public int? PagesPerMinute { get; set; }

    /// <summary>Bytes of documents per minute. A tenant that was idle may have a minute's worth at once.</summary>
    /// <value>Default: none, no limit. Range: 1 KiB to 1 TiB.</value>
    [Within(1024, 1L << 40, "bytes per minute")]
    public long? BytesPerMinute { get; set; }
}
