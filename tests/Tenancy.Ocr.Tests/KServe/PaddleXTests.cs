using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Tenancy.Ocr.Tests.Support;

namespace Tenancy.Ocr.Tests.KServe;

/// <summary>What goes to a PaddleX server and what is made of its answers, against a re-implementation of the published protocol.</summary>
public sealed class PaddleXTests
{
    static readonly OcrDocument Image = new(Samples.Png("paddle-1"));

    [Fact]
    public void The_bytes_of_a_request_are_those_that_Triton_takes()
    {
        // Field by field as the protocol defines them: model_name, id, inputs, outputs, raw_input_contents.
        var document = new OcrDocument(Encoding.ASCII.GetBytes("ABC"));
        var job = new OcrJob(document, new DocumentFacts(DocumentKind.Png, 1), OcrRequestOptions.Default, new OcrInputLimits());
        var bytes = PaddleXRequest.Create("ocr", job, words: false).ToByteArray();
        var json = """{"file":"QUJD","fileType":1,"visualize":false,"useDocOrientationClassify":false,"useDocUnwarping":false,"useTextlineOrientation":false}""";
        byte[] expected =
        [
            0x0a, 3, .. "ocr"u8,
            0x1a, 36, .. Encoding.ASCII.GetBytes(job.RequestId),
            0x2a, 18, 0x0a, 5, .. "input"u8, 0x12, 5, .. "BYTES"u8, 0x1a, 2, 1, 1,
            0x32, 8, 0x0a, 6, .. "output"u8,
            0x3a, (byte)((json.Length + 4) & 0x7f | 0x80), (byte)((json.Length + 4) >> 7), (byte)json.Length, 0, 0, 0, .. Encoding.ASCII.GetBytes(json),
        ];
        Assert.Equal(expected, bytes);
    }

    [Fact]
    public async Task An_image()
    {
        await using var server = await PaddleXServer.StartAsync();
        await using var host = server.Host();
        var page = Assert.Single((await host.Client.ReadAsync(Image)).Pages);
        Assert.Equal(("paddle-1", 400, 600, OcrCoordinateSpace.Source, "paddleocr", "11111111-2222-3333-4444-555555555555"),
            (page.Text, page.Width, page.Height, page.Space, page.Model?.Engine, page.ServerRequestId));
        var line = Assert.Single(page.Lines);
        Assert.Equal((new OcrBox(10, 20, 100, 20), 0.98f), (line.Box, line.Confidence));
        var request = server.Requests.Single();
        Assert.False(request["visualize"]!.GetValue<bool>());
        Assert.Equal(Image.Content.ToArray(), Convert.FromBase64String(request["file"]!.GetValue<string>()));
    }

    [Theory]
    // The box (10, 20) to (110, 40) on the turned page; the page as sent has 400 x 600.
    [InlineData(90, 360, 10, 20, 100)]
    [InlineData(180, 290, 560, 100, 20)]
    [InlineData(270, 20, 490, 20, 100)]
    public async Task The_geometry_of_a_turned_page_is_that_of_the_page_as_sent(int angle, int x, int y, int width, int height)
    {
        await using var server = await PaddleXServer.StartAsync(server => server.Change = (_, answer) =>
            Pruned(answer)["doc_preprocessor_res"]!["angle"] = angle);
        await using var host = server.Host();
        var page = Assert.Single((await host.Client.ReadAsync(Image, new OcrRequestOptions { FixOrientation = true })).Pages);
        Assert.True(server.Requests.Single()["useDocOrientationClassify"]!.GetValue<bool>());
        Assert.Equal((OcrCoordinateSpace.Source, angle, new OcrBox(x, y, width, height)), (page.Space, page.RotationDegrees, page.Lines.Single().Box!.Value));
    }

    [Fact]
    public async Task The_geometry_of_a_flattened_page_is_marked_as_such()
    {
        await using var server = await PaddleXServer.StartAsync(server => server.Change = (_, answer) =>
            Pruned(answer)["doc_preprocessor_res"]!["model_settings"]!["use_doc_unwarping"] = true);
        await using var host = server.Host();
        Assert.Equal(OcrCoordinateSpace.Unwarped, (await host.Client.ReadAsync(Image, new OcrRequestOptions { Unwarp = true })).Pages.Single().Space);
    }

    [Fact]
    public async Task Words_are_approximate_and_their_absence_is_said()
    {
        var asked = new OcrRequestOptions { Geometry = OcrGeometry.Words };
        await using var server = await PaddleXServer.StartAsync();
        await using var host = server.Host();
        var page = (await host.Client.ReadAsync(Image, asked)).Pages.Single();
        Assert.Equal([("one", new OcrBox(10, 20, 40, 20), true), ("two", new OcrBox(60, 20, 50, 20), true)],
            page.Lines.Single().Words.Select(word => (word.Text, word.Box, word.IsApproximate)));
        Assert.Empty(page.Warnings);

        // As of 3.2: the key is ignored.
        server.Change = (_, answer) => Pruned(answer)["return_word_box"] = false;
        page = (await host.Client.ReadAsync(Image, asked)).Pages.Single();
        Assert.Equal(OcrWarningCode.WordBoxesUnsupported, Assert.Single(page.Warnings).Code);
        Assert.Empty(page.Lines.Single().Words);
    }

    [Fact]
    public async Task A_server_that_fails_over_word_boxes_is_asked_without()
    {
        await using var server = await PaddleXServer.StartAsync(server => server.Change = (request, answer) =>
        {
            if (request["returnWordBox"] is not null)
                Fail(answer, 500, "Internal server error");
        });
        await using var host = server.Host();
        var page = (await host.Client.ReadAsync(Image, new OcrRequestOptions { Geometry = OcrGeometry.Words })).Pages.Single();
        Assert.Equal("paddle-1", page.Text);
        Assert.Equal(OcrWarningCode.WordBoxesUnsupported, Assert.Single(page.Warnings).Code);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_failure_inside_an_OK()
    {
        await using var server = await PaddleXServer.StartAsync(server => server.Change = (_, answer) => Fail(answer, 422, "Input file is invalid"));
        await using var host = server.Host();
        var error = await Assert.ThrowsAsync<OcrException>(() => host.Client.ReadAsync(Image));
        Assert.Equal((GrpcStatusCode.InvalidArgument, OcrReasons.UnreadableFile, "11111111-2222-3333-4444-555555555555", false),
            (error.Status, error.Reason, error.ServerRequestId, error.IsRetryable));

        server.Change = (_, answer) => Fail(answer, 500, "Internal server error");
        error = await Assert.ThrowsAsync<OcrException>(() => host.Client.ReadAsync(Image));
        Assert.Equal((GrpcStatusCode.Internal, "11111111-2222-3333-4444-555555555555"), (error.Status, error.ServerRequestId));
    }

    [Fact]
    public async Task A_wrong_model()
    {
        await using var server = await PaddleXServer.StartAsync();
        await using var host = server.Host(configure: pool => pool.Model = "ocr2");
        var error = await Assert.ThrowsAsync<OcrException>(() => host.Client.ReadAsync(Image));
        Assert.Equal(GrpcStatusCode.NotFound, error.Status);
        Assert.Contains("'ocr2' is not found", error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<int> Spoilt => [0, 1, 2, 3, 4, 5];

    [Theory]
    [MemberData(nameof(Spoilt))]
    public async Task An_answer_that_is_none(int how)
    {
        await using var server = await PaddleXServer.StartAsync(server => server.Spoil = response =>
        {
            switch (how)
            {
                case 0: response.Id = "another"; break;
                case 1: response.Outputs.Clear(); break;
                case 2: response.RawOutputContents.Clear(); break;
                case 3: response.RawOutputContents[0] = ByteString.CopyFrom(1, 0); break;
                case 4: response.RawOutputContents[0] = ByteString.CopyFrom([2, 0, 0, 0, (byte)'{', (byte)'x']); break;
                case 5: response.RawOutputContents[0] = ByteString.CopyFrom([2, 0, 0, 0, (byte)'{', (byte)'}']); break;
            }
        });
        await using var host = server.Host();
        var error = await Assert.ThrowsAsync<OcrException>(() => host.Client.ReadAsync(Image));
        Assert.Equal(GrpcStatusCode.Internal, error.Status);
    }

    [Fact]
    public async Task An_output_in_typed_contents()
    {
        await using var server = await PaddleXServer.StartAsync(server => server.Spoil = response =>
        {
            response.Outputs[0].Contents = new Ocr.KServe.V2.InferTensorContents { BytesContents = { ByteString.CopyFrom(response.RawOutputContents[0].Span[4..]) } };
            response.RawOutputContents.Clear();
        });
        await using var host = server.Host();
        Assert.Equal("paddle-1", (await host.Client.ReadAsync(Image)).Text);
    }

    [Theory]
    [InlineData(10, null)]
    [InlineData(11, OcrReasons.TooManyPages)]
    public async Task A_PDF_with_more_pages_than_the_server_reads_is_refused_and_not_cut_off(int pages, string? reason)
    {
        await using var server = await PaddleXServer.StartAsync();
        await using var host = server.Host();
        var document = new OcrDocument(Samples.Pdf(pages));
        if (reason is null)
        {
            Assert.Equal(pages, (await host.Client.ReadAsync(document)).Pages.Count);
            return;
        }

        var error = await Assert.ThrowsAsync<OcrException>(() => host.Client.ReadAsync(document));
        Assert.Equal(reason, error.Reason);
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData(9, true)]
    [InlineData(10, false)]
    public async Task A_PDF_whose_pages_nobody_counted_and_of_which_ten_come_back_is_suspect(int pages, bool good)
    {
        await using var server = await PaddleXServer.StartAsync(server => server.PagesOf = _ => pages);
        await using var host = server.Host();
        var uncounted = new OcrDocument(Encoding.ASCII.GetBytes("%PDF-1.7\nnothing to count"));
        if (good)
            Assert.Equal(9, (await host.Client.ReadAsync(uncounted)).Pages.Count);
        else
            Assert.Equal(OcrReasons.PagesTruncated, (await Assert.ThrowsAsync<OcrException>(() => host.Client.ReadAsync(uncounted))).Reason);
    }

    [Fact]
    public async Task A_server_that_drops_pages_is_found_out()
    {
        await using var server = await PaddleXServer.StartAsync(server => server.PagesOf = _ => 2);
        await using var host = server.Host();
        var error = await Assert.ThrowsAsync<OcrException>(() => host.Client.ReadAsync(new OcrDocument(Samples.Pdf(3))));
        Assert.Equal((OcrReasons.PagesTruncated, GrpcStatusCode.DataLoss), (error.Reason, error.Status));
    }

    [Fact]
    public async Task A_PDF_is_cut_and_its_pages_keep_their_numbers()
    {
        await using var server = await PaddleXServer.StartAsync();
        await using var host = server.Host(new Splitter());
        var pages = new List<OcrPage>();
        var progress = new List<OcrProgress>();
        await foreach (var page in host.Client.ReadPagesAsync(new OcrDocument(Samples.Pdf(25, "whole")), progress: new Recorder(progress)))
            pages.Add(page);
        Assert.Equal(Enumerable.Range(1, 25), pages.Select(page => page.Number));
        Assert.All(pages, page => Assert.Equal(25, page.PagesTotal));
        Assert.Equal(["1-10", "11-20", "21-25"], pages.Select(page => page.Text).Distinct());
        Assert.Equal(new OcrProgress(25, 25), progress[^1]);

        var some = await host.Client.ReadAsync(new OcrDocument(Samples.Pdf(25)), new OcrRequestOptions { FirstPage = 9, LastPage = 12 });
        Assert.Equal([9, 10, 11, 12], some.Pages.Select(page => page.Number));
    }

    [Fact]
    public async Task A_model_that_is_not_ready_gets_no_calls()
    {
        await using var loading = await PaddleXServer.StartAsync(server => server.Ready = false);
        await using var host = loading.Host();
        await Assert.ThrowsAsync<OcrException>(async () =>
        {
            for (var i = 0; i < 1000; i++)
                await host.Client.ReadAsync(Image, new OcrRequestOptions { Timeout = TimeSpan.FromMilliseconds(500) });
        });
        Assert.False(host.Pool("paddle").Endpoints.Single().IsServing);
    }

    [Fact]
    public async Task What_PaddleX_has_no_word_for_is_refused()
    {
        await using var server = await PaddleXServer.StartAsync();
        await using var host = server.Host();
        foreach (var options in new[] { new OcrRequestOptions { Dpi = 300 }, new OcrRequestOptions { Profile = "fast" }, new OcrRequestOptions { PreferTextLayer = true } })
            Assert.Equal(GrpcStatusCode.FailedPrecondition, (await Assert.ThrowsAsync<OcrException>(() => host.Client.ReadAsync(Image, options))).Status);
        Assert.Empty(server.Requests);
    }

    static JsonNode Pruned(JsonObject answer) => answer["result"]!["ocrResults"]![0]!["prunedResult"]!;

    static void Fail(JsonObject answer, int code, string message)
    {
        answer["errorCode"] = code;
        answer["errorMsg"] = message;
        answer.Remove("result");
    }

    sealed class Recorder(List<OcrProgress> all) : IProgress<OcrProgress>
    {
        public void Report(OcrProgress value) => all.Add(value);
    }

    /// <summary>Knows only the PDFs that the tests make.</summary>
    sealed class Splitter : IPdfSplitter
    {
        public ValueTask<int> CountPagesAsync(ReadOnlyMemory<byte> pdf, CancellationToken cancellationToken) => ValueTask.FromResult(PdfFacts.Read(pdf.Span).Pages!.Value);

        public ValueTask<ReadOnlyMemory<byte>> ExtractAsync(ReadOnlyMemory<byte> pdf, int first, int last, CancellationToken cancellationToken) =>
            ValueTask.FromResult<ReadOnlyMemory<byte>>(Samples.Pdf(last - first + 1, $"{first}-{last}"));
    }
}
