namespace Tenancy;

/// <summary>Servers that run the same models.</summary>
public sealed class OcrPoolOptions
{
    /// <summary>The default of <see cref="ConcurrencyPerServer"/>.</summary>
    public const int DefaultConcurrencyPerServer = 1;

    /// <summary>The default of <see cref="Model"/>.</summary>
    public const string DefaultModel = "ocr";

    /// <summary>The default of <see cref="PagesPerCall"/>: as many as PaddleX reads of a PDF before it drops the rest.</summary>
    public const int DefaultPagesPerCall = 10;

    /// <summary>The default of <see cref="ResolveInterval"/>: 30 seconds.</summary>
    public static readonly TimeSpan DefaultResolveInterval = TimeSpan.FromSeconds(30);

    /// <summary>The least <see cref="ResolveInterval"/>.</summary>
    internal static readonly TimeSpan LeastResolveInterval = TimeSpan.FromSeconds(1);

    /// <summary>The servers, such as <c>https://ocr-1:8500</c>, or <c>http://paddle:8001</c> within a trusted network. At least one.</summary>
    public IList<string> Servers { get; } = [];

    /// <summary>What the servers speak. Default: <see cref="OcrProtocol.Tenancy"/>.</summary>
    public OcrProtocol Protocol { get; set; } = OcrProtocol.Tenancy;

    /// <summary>What they read, as of BCP 47; a request for <c>de-AT</c> is served by <c>de</c>. Default: none, which serves every request.</summary>
    public IList<string> Languages { get; } = [];

    /// <summary>Whether they are the ones for handwriting: preferred for it, and avoided otherwise. Default: no.</summary>
    public bool Handwriting { get; set; }

    /// <summary>
    /// Calls that one server works on at a time. Predictors of PaddleOCR are not thread-safe: raise it only to the number of
    /// predictors that a server keeps apart, as <c>instance_group.count</c> of PaddleX does.
    /// </summary>
    /// <value>Default: 1. Range: 1 to 1,000.</value>
    public int ConcurrencyPerServer { get; set; } = DefaultConcurrencyPerServer;

    /// <summary>Whether a name stands for all the addresses that DNS has for it, each a server. Default: no.</summary>
    public bool ResolveNames { get; set; }

    /// <summary>How often names are looked up again, unless a server failed: then they are at once.</summary>
    /// <value>Default: 30 seconds. Range: 1 second to 1 hour.</value>
    public TimeSpan ResolveInterval { get; set; } = DefaultResolveInterval;

    /// <summary>The model's name in PaddleX. Default: <c>ocr</c>.</summary>
    public string Model { get; set; } = DefaultModel;

    /// <summary>Pages of a PDF that one call to PaddleX has at most; more need an <see cref="IPdfSplitter"/>. As <c>Serving.extra.max_num_input_imgs</c> of the server.</summary>
    /// <value>Default: 10. Range: 1 to 10,000.</value>
    public int PagesPerCall { get; set; } = DefaultPagesPerCall;
}
