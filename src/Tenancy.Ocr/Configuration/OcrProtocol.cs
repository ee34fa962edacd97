namespace Tenancy;

/// <summary>What a server speaks.</summary>
public enum OcrProtocol
{
    /// <summary><c>tenancy.ocr.v1</c>: page by page, with cancellation and health.</summary>
    Tenancy = 0,

    /// <summary>PaddleX high-stability serving: KServe v2 with JSON inside. Built to the published protocol.</summary>
    PaddleX,
}
