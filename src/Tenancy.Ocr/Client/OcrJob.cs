namespace Tenancy;

/// <summary>One document on its way: what is known of it, and which pages are still missing.</summary>
internal sealed class OcrJob(OcrDocument document, DocumentFacts facts, OcrRequestOptions options, OcrInputLimits limits)
{
    readonly HashSet<int> _done = [];

    public ReadOnlyMemory<byte> Content { get; init; } = document.Content;

    public DocumentFacts Facts { get; } = facts;

    public OcrRequestOptions Options { get; } = options;

    public OcrInputLimits Limits { get; } = limits;

    /// <summary>The same for every attempt.</summary>
    public string RequestId { get; private init; } = Guid.CreateVersion7().ToString();

    /// <summary>What is added to the number of a page: where this is a part cut out of a document.</summary>
    public int PageOffset { get; init; }

    /// <summary>The pages of the whole document, where this is a part of one.</summary>
    public int? WholePages { get; init; }

    /// <summary>The pages of the document, once somebody has counted them.</summary>
    public int? PagesTotal { get; set; } = facts.Pages;

    public int FirstPage => Options.FirstPage;

    public int? LastPage => Options.LastPage ?? PagesTotal;

    public int Done => _done.Count;

    /// <summary>How many pages are asked for; none where that is not known yet.</summary>
    public int? Wanted => LastPage is { } last ? Math.Max(0, last - FirstPage + 1) : null;

    /// <summary>What it will probably cost: one page where nothing is known.</summary>
    public int Cost => Math.Max(1, (Wanted ?? 1) - Done);

    public bool IsComplete => Wanted is { } wanted && Done >= wanted;

    /// <summary>The pages that are still missing, where some have come already.</summary>
    public IEnumerable<int> Missing => LastPage is { } last ? Enumerable.Range(FirstPage, Math.Max(0, last - FirstPage + 1)).Where(page => !_done.Contains(page)) : [];

    /// <summary>The same work, for a second server beside the first.</summary>
    public OcrJob Copy() => new(document, Facts, Options, Limits) { Content = Content, PageOffset = PageOffset, WholePages = WholePages, RequestId = RequestId };

    /// <summary>Whether it is the only page that is still missing.</summary>
    public bool IsLast(int page) => Wanted - Done == 1 && page >= FirstPage && page <= LastPage && !_done.Contains(page);

    /// <summary>Notes a page. False where it had come before, or was not asked for.</summary>
    public bool Take(int page) => page >= FirstPage && !(page > LastPage) && _done.Add(page);
}
