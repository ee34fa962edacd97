using System.Runtime.CompilerServices;

namespace Tenancy;

/// <summary>Cuts a PDF into parts of which a PaddleX server reads every page.</summary>
internal sealed class PdfParts(IPdfSplitter? splitter)
{
    /// <summary>The parts of a document for a pool, in order; the document itself where it needs no cutting.</summary>
    /// <exception cref="OcrException">It needs cutting, and nothing can cut it.</exception>
    public async IAsyncEnumerable<OcrJob> CutAsync(
        OcrDocument document, DocumentFacts facts, OcrRequestOptions options, OcrPool pool, OcrInputLimits limits,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (pool.Options.Protocol != OcrProtocol.PaddleX)
        {
            yield return new OcrJob(document, facts, options, limits);
            yield break;
        }

        Check(options, facts);
        var whole = options is { FirstPage: 1, LastPage: null };
        var total = facts.IsPdf && splitter is not null
            ? await splitter.CountPagesAsync(document.Content, cancellationToken).ConfigureAwait(false)
            : facts.Pages;
        if (total > limits.MaxPages)
            throw Refusal.TooLarge(OcrReasons.TooManyPages, $"The document has {total:N0} pages; {limits.MaxPages:N0} are allowed (Input:MaxPages). Split it.");
        if (whole && !(total > pool.Options.PagesPerCall))
        {
            yield return new OcrJob(document, facts with { Pages = total }, options, limits);
            yield break;
        }

        if (splitter is null || total is not { } pages)
        {
            throw Refusal.TooLarge(OcrReasons.TooManyPages,
                $"A PDF of {total?.ToString("N0", System.Globalization.CultureInfo.InvariantCulture) ?? "unknown"} pages has to be cut for the pool '{pool.Name}', " +
                $"whose servers read {pool.Options.PagesPerCall:N0} pages of one. Register an IPdfSplitter.");
        }

        var last = Math.Min(options.LastPage ?? pages, pages);
        for (var first = options.FirstPage; first <= last; first += pool.Options.PagesPerCall)
        {
            var end = Math.Min(first + pool.Options.PagesPerCall - 1, last);
            var part = await splitter.ExtractAsync(document.Content, first, end, cancellationToken).ConfigureAwait(false);
            yield return new OcrJob(document, facts with { Pages = end - first + 1 }, options with { FirstPage = 1, LastPage = null }, limits)
            {
                Content = part,
                PageOffset = first - 1,
                WholePages = pages,
            };
        }
    }

    /// <summary>What PaddleX has no word for is refused, not ignored.</summary>
    static void Check(OcrRequestOptions options, DocumentFacts facts)
    {
        if (options.Profile is not null || options.Dpi is not null || options.PreferTextLayer)
            throw new OcrException(GrpcStatusCode.FailedPrecondition, "PaddleX servers know no Profile, Dpi and PreferTextLayer. Leave them out, or choose another pool.");
        if (facts is { IsPdf: false, Pages: > 1 })
            throw Refusal.Unsupported(OcrReasons.TooManyPages, $"The image has {facts.Pages:N0} pages, and PaddleX servers read the first. Send each page by itself.");
    }
}
