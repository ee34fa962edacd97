namespace Tenancy;

/// <summary>Reads text from images and PDFs, on OCR servers, for the ambient tenant.</summary>
public interface IOcrClient
{
    /// <summary>Reads a document, and hands over each page as soon as a server has read it.</summary>
    /// <param name="document">An image or a PDF.</param>
    /// <param name="options">What is asked for. Default: <see cref="OcrRequestOptions.Default"/>.</param>
    /// <param name="progress">Told before the first page and after each. Default: nobody.</param>
    /// <param name="cancellationToken">Ends it, also on the server where that can.</param>
    /// <returns>The pages, in order unless a page had to be read again elsewhere. Leaving the loop early cancels the rest.</returns>
    /// <exception cref="OcrException">It was refused or failed; pages that came before are good.</exception>
    /// <exception cref="NoTenantException">Tenancy is used, and no tenant is in scope.</exception>
    IAsyncEnumerable<OcrPage> ReadPagesAsync(
        OcrDocument document, OcrRequestOptions? options = null, IProgress<OcrProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Reads a whole document.</summary>
    /// <param name="document">An image or a PDF.</param>
    /// <param name="options">What is asked for. Default: <see cref="OcrRequestOptions.Default"/>.</param>
    /// <param name="cancellationToken">Ends it, also on the server where that can.</param>
    /// <exception cref="OcrException">It was refused or failed.</exception>
    /// <exception cref="NoTenantException">Tenancy is used, and no tenant is in scope.</exception>
    Task<OcrResult> ReadAsync(OcrDocument document, OcrRequestOptions? options = null, CancellationToken cancellationToken = default);
}
