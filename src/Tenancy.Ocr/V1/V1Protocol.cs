using System.Runtime.CompilerServices;
using Tenancy.Ocr.Health.V1;
using Tenancy.Ocr.V1;
using Tenancy.Transport;

namespace Tenancy;

/// <summary><c>tenancy.ocr.v1</c>: an image in one call, anything else page by page.</summary>
internal sealed class V1Protocol : IOcrServerProtocol
{
    /// <summary>What is larger goes in pieces: gRPC servers take messages of 4 MiB by default.</summary>
    public const int MostInOneMessage = 3 * 1024 * 1024;

    static readonly GrpcCallOptions DescribeOptions = new() { Timeout = TimeSpan.FromSeconds(2) };

    public bool ServersCancel => true;

    public IAsyncEnumerable<OcrPage> ReadAsync(OcrEndpoint endpoint, OcrJob job, GrpcCallOptions options, CancellationToken cancellationToken) =>
        job.Content.Length <= MostInOneMessage && job.Facts is { IsPdf: false, Pages: 1 }
            ? ReadImageAsync(endpoint, job, options, cancellationToken)
            : ReadDocumentAsync(endpoint, job, options, cancellationToken);

    public async IAsyncEnumerable<bool> WatchHealthAsync(
        IGrpcChannel channel, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var call = await channel.StartAsync(
            V1Methods.Watch, new HealthCheckRequest { Service = V1Methods.Service }, GrpcCallOptions.Default, cancellationToken).ConfigureAwait(false);
        await foreach (var health in call.ReadAllAsync().ConfigureAwait(false))
            yield return health.Status == HealthCheckResponse.Types.ServingStatus.Serving;
    }

    public async Task<IReadOnlyList<OcrModel>> DescribeAsync(IGrpcChannel channel, CancellationToken cancellationToken)
    {
        var info = await channel.CallAsync(V1Methods.GetServerInfo, new GetServerInfoRequest(), DescribeOptions, cancellationToken).ConfigureAwait(false);
        return [.. info.Models.Select(V1Results.Model)];
    }

    static async IAsyncEnumerable<OcrPage> ReadImageAsync(
        OcrEndpoint endpoint, OcrJob job, GrpcCallOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var response = await endpoint.Channel.CallAsync(V1Methods.Recognize, V1Messages.Request(job), options, cancellationToken).ConfigureAwait(false);
        // Servers have mixed up the results of different callers: what is not marked as ours is not taken.
        if (response.RequestId != job.RequestId)
            throw GrpcException.Malformed("The server answered another request than ours.");
        if (response.Pages is not [{ Number: 1 } page])
            throw GrpcException.Malformed($"The server answered an image with {response.Pages.Count} pages.");
        job.Take(1);
        yield return V1Results.Page(page, job, endpoint.Name, response.ServerRequestId, response.Model, response.Warnings);
    }

    static async IAsyncEnumerable<OcrPage> ReadDocumentAsync(
        OcrEndpoint endpoint, OcrJob job, GrpcCallOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var call = job.Content.Length <= MostInOneMessage
            ? await endpoint.Channel.StartAsync(V1Methods.RecognizeDocument,
                new RecognizeDocumentRequest { Request = V1Messages.Request(job), Ordered = true }, options, cancellationToken).ConfigureAwait(false)
            : await endpoint.Channel.StartAsync(V1Methods.UploadAndRecognize,
                GrpcRequest<UploadPart>.Stream(V1Messages.Upload(job)), options, cancellationToken).ConfigureAwait(false);
        DocumentInfo? started = null;
        Completed? completed = null;
        PageFailure? failure = null;
        Page? last = null;
        await foreach (var message in call.ReadAllAsync().ConfigureAwait(false))
        {
            if (started is null != (message.EventCase == DocumentEvent.EventOneofCase.Started) || completed is not null)
                throw GrpcException.Malformed($"The server sent '{message.EventCase}' where it does not belong.");
            switch (message.EventCase)
            {
                case DocumentEvent.EventOneofCase.Started:
                    started = Begin(message.Started, job);
                    break;
                // The document's warnings come after its pages, and go with the last one.
                case DocumentEvent.EventOneofCase.Page when job.IsLast((int)message.Page.Number):
                    last = message.Page;
                    break;
                case DocumentEvent.EventOneofCase.Page when job.Take((int)message.Page.Number):
                    yield return V1Results.Page(message.Page, job, endpoint.Name, started!.ServerRequestId, started.Model, []);
                    break;
                case DocumentEvent.EventOneofCase.PageFailed:
                    failure = Fail(message.PageFailed, job, endpoint, started!);
                    break;
                case DocumentEvent.EventOneofCase.Completed:
                    completed = message.Completed;
                    break;
            }
        }

        if (failure is not null)
            throw new GrpcException((GrpcStatusCode)failure.Code, $"Page {failure.Page}: {failure.Message}", GrpcFailure.Status) { HadHeaders = true };
        if (completed is null)
            throw GrpcException.Malformed("The server ended without saying that the document is complete.");
        if (last is not null && job.Take((int)last.Number))
            yield return V1Results.Page(last, job, endpoint.Name, started!.ServerRequestId, started.Model ?? completed.Model, completed.Warnings);
        if (!job.IsComplete)
            throw Truncated(job, endpoint, started!);
    }

    static DocumentInfo Begin(DocumentInfo started, OcrJob job)
    {
        if (started.RequestId.Length > 0 && started.RequestId != job.RequestId)
            throw GrpcException.Malformed("The server answered another request than ours.");
        if (started.DocumentPages > job.Limits.MaxPages)
            throw Refusal.TooLarge(OcrReasons.TooManyPages, $"The document has {started.DocumentPages:N0} pages; {job.Limits.MaxPages:N0} are allowed (Input:MaxPages). Split it.");
        // The server parsed the document; what we found was a guess.
        job.PagesTotal = (int)started.DocumentPages;
        return started;
    }

    /// <summary>A page that may succeed elsewhere is asked for again when the others are through.</summary>
    static PageFailure Fail(PageFailure failure, OcrJob job, OcrEndpoint endpoint, DocumentInfo started) => failure.Retryable
        ? failure
        : throw new OcrException((GrpcStatusCode)failure.Code, $"Page {failure.Page + job.PageOffset} cannot be read: {failure.Message}")
        {
            Page = (int)failure.Page + job.PageOffset,
            Server = endpoint.Name,
            ServerRequestId = started.ServerRequestId,
        };

    static OcrException Truncated(OcrJob job, OcrEndpoint endpoint, DocumentInfo started) => new(
        GrpcStatusCode.DataLoss, $"The server {endpoint.Name} read {job.Done} of {job.Wanted} pages and called that complete. Report it to who runs it.")
    {
        Reason = OcrReasons.PagesTruncated,
        Server = endpoint.Name,
        ServerRequestId = started.ServerRequestId,
    };
}
