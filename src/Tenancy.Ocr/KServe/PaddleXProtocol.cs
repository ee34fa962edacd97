using System.Runtime.CompilerServices;
using Tenancy.Ocr.KServe.V2;
using Tenancy.Transport;

namespace Tenancy;

/// <summary>
/// PaddleX high-stability serving, built to its published protocol: one call for a file, no cancellation, no health service,
/// and no word when it drops pages.
/// </summary>
internal sealed class PaddleXProtocol(string model, int pagesPerCall) : IOcrServerProtocol
{
    static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(5);
    static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(5);

    /// <summary>The Triton in its image is from before cancellation: a call that nobody waits for keeps its predictor busy.</summary>
    public bool ServersCancel => false;

    public async IAsyncEnumerable<OcrPage> ReadAsync(
        OcrEndpoint endpoint, OcrJob job, GrpcCallOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pages = await ReadAsync(endpoint, job, job.Options.Geometry == OcrGeometry.Words, options, cancellationToken).ConfigureAwait(false);
        CheckCount(pages.Count, job, endpoint);
        job.PagesTotal ??= pages.Count;
        foreach (var page in pages)
        {
            if (job.Take(page.Number - job.PageOffset))
                yield return page;
        }
    }

    /// <summary>Its protocol has no word for it.</summary>
    public Task<IReadOnlyList<OcrModel>> DescribeAsync(IGrpcChannel channel, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<OcrModel>>([]);

    public async IAsyncEnumerable<bool> WatchHealthAsync(
        IGrpcChannel channel, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var options = new GrpcCallOptions { Timeout = ProbeTimeout };
        while (true)
        {
            bool ready;
            try
            {
                ready = (await channel.CallAsync(PaddleXMethods.ModelReady, new ModelReadyRequest { Name = model }, options, cancellationToken).ConfigureAwait(false)).Ready;
            }
            catch (GrpcException e) when (e.Code != GrpcStatusCode.Unimplemented)
            {
                ready = false;
            }

            yield return ready;
            await Task.Delay(ProbeInterval, time, cancellationToken).ConfigureAwait(false);
        }
    }

    async Task<IReadOnlyList<OcrPage>> ReadAsync(OcrEndpoint endpoint, OcrJob job, bool words, GrpcCallOptions options, CancellationToken cancellationToken)
    {
        try
        {
            var response = await endpoint.Channel.CallAsync(
                PaddleXMethods.ModelInfer, PaddleXRequest.Create(model, job, words), options, cancellationToken).ConfigureAwait(false);
            using var json = PaddleXResponse.Open(response, job, endpoint.Name);
            return PaddleXPages.Read(json.RootElement, PaddleXResponse.Model(response), job, endpoint.Name, words);
        }
        catch (GrpcException e) when (words && e is { Code: GrpcStatusCode.Internal, Failure: GrpcFailure.Status })
        {
            // Asked for word boxes, older servers fail on a page without text.
            return await ReadAsync(endpoint, job, words: false, options, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Beyond its limit a server reads no page and says nothing.</summary>
    void CheckCount(int read, OcrJob job, OcrEndpoint endpoint)
    {
        var expected = job.PagesTotal;
        if (expected is { } total ? read == total : !job.Facts.IsPdf || read != pagesPerCall)
            return;
        throw new OcrException(GrpcStatusCode.DataLoss, expected is null
            ? $"The server {endpoint.Name} read {read} pages, which is as many as it reads at most, and how many there are is not known. Register an IPdfSplitter."
            : $"The server {endpoint.Name} read {read} of {expected} pages. Check max_num_input_imgs of the server against PagesPerCall, and register an IPdfSplitter.")
        {
            Reason = OcrReasons.PagesTruncated,
            Server = endpoint.Name,
        };
    }
}
