using Tenancy.Ocr.Tests.Support;

namespace Tenancy.Ocr.Tests.Client;

/// <summary>What comes back from a server of <c>tenancy.ocr.v1</c>.</summary>
public sealed class ReadTests
{
    [Fact]
    public async Task An_image()
    {
        await using var server = await OcrServer.StartAsync();
        await using var host = OcrHost.Of(server);
        var page = Assert.Single((await host.Client.ReadAsync(new OcrDocument(Samples.Png("hello-1")))).Pages);
        Assert.Equal(("hello-1", 1, 1, "tokens", "log-1"), (page.Text, page.Number, page.PagesTotal, page.Model?.Engine, page.ServerRequestId));
        var line = Assert.Single(page.Lines);
        Assert.Equal(new OcrBox(1, 2, 29, 10), line.Box);
        Assert.Equal([new(1, 2), new(30, 2), new(30, 12), new(1, 12)], line.Polygon);
        Assert.Equal("image/png", server.Requests.Single().MediaType);
    }

    [Fact]
    public async Task The_pages_of_a_PDF_one_by_one_with_progress()
    {
        var release = new SemaphoreSlim(1);
        await using var server = await OcrServer.StartAsync(server =>
        {
            server.Pages = 5;
            server.BeforePage = (context, _) => release.WaitAsync(context.RequestAborted);
        });
        await using var host = OcrHost.Of(server);
        var progress = new Reports();
        var numbers = new List<int>();
        await foreach (var page in host.Client.ReadPagesAsync(new OcrDocument(Samples.Pdf(5, "pdf-1")), progress: progress))
        {
            Assert.Equal("pdf-1", page.Text);
            Assert.Equal("tokens", page.Model?.Engine);
            numbers.Add(page.Number);
            // The server goes on to the next page only now: pages do not wait for each other.
            release.Release();
        }

        Assert.Equal([1, 2, 3, 4, 5], numbers);
        Assert.Equal([new(0, 5), new(1, 5), new(2, 5), new(3, 5), new(4, 5), new OcrProgress(5, 5)], progress.All);
    }

    [Fact]
    public async Task What_the_server_says_of_the_whole_document_is_not_lost()
    {
        await using var server = await OcrServer.StartAsync(server => server.Warnings.Add(
            new V1.Warning { Code = V1.WarningCode.Downscaled, Page = 2, Message = "smaller" }));
        await using var host = OcrHost.Of(server);
        var result = await host.Client.ReadAsync(new OcrDocument(Samples.Pdf(3)));
        Assert.Equal(new OcrWarning(OcrWarningCode.Downscaled, "smaller", 2), Assert.Single(result.Warnings));
        Assert.Equal(3, result.Pages.Count);
    }

    [Fact]
    public async Task A_file_larger_than_a_message_goes_in_pieces()
    {
        await using var server = await OcrServer.StartAsync(server => server.Pages = 1);
        await using var host = OcrHost.Of(server);
        var large = Samples.Png("large-1");
        // After IEND: readers skip it.
        large = [.. large, .. new byte[V1Protocol.MostInOneMessage + 1_000_000]];
        var page = Assert.Single((await host.Client.ReadAsync(new OcrDocument(large))).Pages);
        Assert.Equal("large-1", page.Text);
        Assert.Equal(large, server.Requests.Single().Content.ToByteArray());
    }

    [Fact]
    public async Task Some_pages()
    {
        await using var server = await OcrServer.StartAsync(server => server.Pages = 9);
        await using var host = OcrHost.Of(server);
        var result = await host.Client.ReadAsync(new OcrDocument(Samples.Pdf(9)), new OcrRequestOptions { FirstPage = 3, LastPage = 5 });
        Assert.Equal([3, 4, 5], result.Pages.Select(page => page.Number));
    }

    [Fact]
    public async Task A_loop_that_is_left_early_stops_the_server_and_frees_it()
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await OcrServer.StartAsync(server => server.BeforePage = async (context, page) =>
        {
            if (page == 1)
                return;
            context.RequestAborted.Register(gone.SetResult);
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        await using var host = OcrHost.Of(server);
        await foreach (var _ in host.Client.ReadPagesAsync(new OcrDocument(Samples.Pdf(3))))
            break;
        await gone.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(0, host.Pool().InFlight);
        await host.Client.ReadAsync(new OcrDocument(Samples.Png("next-1")));
    }

    [Fact]
    public async Task An_answer_to_another_request_is_not_taken()
    {
        await using var server = await OcrServer.StartAsync(server => server.Before = async (context, _) =>
        {
            var request = await context.Request.ReadMessageAsync(V1.RecognizeRequest.Parser);
            context.Response.Begin();
            await context.Response.SendAsync(new V1.RecognizeResponse { RequestId = "another", Pages = { OcrServer.Read(request, 1) } });
            context.Response.End();
            return true;
        });
        await using var host = OcrHost.Of(server);
        var error = await Assert.ThrowsAsync<OcrException>(() => host.Client.ReadAsync(new OcrDocument(Samples.Png("t"))));
        Assert.Equal(GrpcStatusCode.Internal, error.Status);
        Assert.Contains("another request", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_calls_too_few_pages_complete()
    {
        await using var server = await OcrServer.StartAsync(server => server.Before = async (context, _) =>
        {
            var request = await context.Request.ReadMessageAsync(V1.RecognizeDocumentRequest.Parser);
            context.Response.Begin();
            await context.Response.SendAsync(new V1.DocumentEvent { Started = new V1.DocumentInfo { DocumentPages = 3, PagesTotal = 3 } });
            await context.Response.SendAsync(new V1.DocumentEvent { Page = OcrServer.Read(request.Request, 1) });
            await context.Response.SendAsync(new V1.DocumentEvent { Completed = new V1.Completed() });
            context.Response.End();
            return true;
        });
        await using var host = OcrHost.Of(server);
        var error = await Assert.ThrowsAsync<OcrException>(() => host.Client.ReadAsync(new OcrDocument(Samples.Pdf(3))));
        Assert.Equal((OcrReasons.PagesTruncated, GrpcStatusCode.DataLoss), (error.Reason, error.Status));
    }

    [Fact]
    public async Task The_servers_reason_reaches_the_caller()
    {
        await using var server = await OcrServer.StartAsync(server => server.Before = (context, _) =>
        {
            context.Response.TrailersOnly(9, "needs a password");
            var status = new Rpc.Status { Code = 9, Details = { Google.Protobuf.WellKnownTypes.Any.Pack(new Rpc.ErrorInfo { Reason = OcrReasons.EncryptedPdf }) } };
            context.Response.Headers["grpc-status-details-bin"] = Convert.ToBase64String(Google.Protobuf.MessageExtensions.ToByteArray(status));
            context.Response.Headers["x-request-id"] = "log-9";
            return Task.FromResult(true);
        });
        await using var host = OcrHost.Of(server);
        var error = await Assert.ThrowsAsync<OcrException>(() => host.Client.ReadAsync(new OcrDocument(Samples.Pdf(1))));
        Assert.Equal((GrpcStatusCode.FailedPrecondition, OcrReasons.EncryptedPdf, "log-9", 1, false),
            (error.Status, error.Reason, error.ServerRequestId, error.Attempts, error.IsRetryable));
        Assert.Equal(server.Address.Authority, error.Server);
    }

    [Fact]
    public async Task Work_outside_a_tenant_is_refused_where_there_are_tenants()
    {
        await using var server = await OcrServer.StartAsync();
        await using var host = new OcrHost(options => OcrHost.Add(options, server), tenancy: true);
        await Assert.ThrowsAsync<NoTenantException>(() => host.Client.ReadAsync(new OcrDocument(Samples.Png("t"))));
        Assert.Equal(0, server.Calls);
        using (host.Tenants.Enter(OcrHost.Tenant("acme")))
            await host.Client.ReadAsync(new OcrDocument(Samples.Png("t")));
    }

    sealed class Reports : IProgress<OcrProgress>
    {
        public List<OcrProgress> All { get; } = [];

        public void Report(OcrProgress value) => All.Add(value);
    }
}
