namespace Tenancy;

/// <summary>
/// Counts and cuts PDFs, for servers that read only the first pages of one: PaddleX high-stability serving stops after ten,
/// without a word. Register one of yours, on a PDF library or on <c>qpdf</c>; none is part of this package.
/// </summary>
public interface IPdfSplitter
{
    /// <summary>How many pages a PDF has.</summary>
    /// <param name="pdf">The file.</param>
    /// <param name="cancellationToken">Ends it.</param>
    ValueTask<int> CountPagesAsync(ReadOnlyMemory<byte> pdf, CancellationToken cancellationToken);

    /// <summary>A PDF of some of the pages.</summary>
    /// <param name="pdf">The file.</param>
    /// <param name="first">The first page, from 1.</param>
    /// <param name="last">The last page, included.</param>
    /// <param name="cancellationToken">Ends it.</param>
    ValueTask<ReadOnlyMemory<byte>> ExtractAsync(ReadOnlyMemory<byte> pdf, int first, int last, CancellationToken cancellationToken);
}
