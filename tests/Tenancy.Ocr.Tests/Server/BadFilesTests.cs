using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using Google.Protobuf;
using Tenancy.Ocr.KServe.V2;
using Tenancy.Ocr.Rpc;
using Tenancy.Ocr.Tests.Support;
using Tenancy.Ocr.V1;
using Tenancy.Transport;

namespace Tenancy.Ocr.Tests.Server;

/// <summary>What the typed client would never send: the server refuses it by itself, says why, and goes on as before.</summary>
public sealed class BadFilesTests(SharedServer shared) : IClassFixture<SharedServer>
{
    readonly SampleServer _server = shared.Server;

    public static TheoryData<string, GrpcStatusCode, string> Bad => new()
    {
        { "0 bytes", GrpcStatusCode.InvalidArgument, "EMPTY_FILE" },
        { "PNG that is cut off", GrpcStatusCode.InvalidArgument, "UNREADABLE_FILE" },
        { "PNG with half of its rows", GrpcStatusCode.InvalidArgument, "UNREADABLE_FILE" },
        { "PNG of 30,000 x 30,000", GrpcStatusCode.OutOfRange, "TOO_MANY_PIXELS" },
        { "JPEG that is cut off", GrpcStatusCode.InvalidArgument, "UNREADABLE_FILE" },
        { "TIFF that is a ring", GrpcStatusCode.OutOfRange, "TOO_MANY_PAGES" },
        { "TIFF without its picture", GrpcStatusCode.InvalidArgument, "UNREADABLE_FILE" },
        { "encrypted PDF", GrpcStatusCode.FailedPrecondition, "ENCRYPTED_PDF" },
        { "PDF that is cut off", GrpcStatusCode.InvalidArgument, "UNREADABLE_FILE" },
        { "PDF of 500 pages", GrpcStatusCode.OutOfRange, "TOO_MANY_PAGES" },
        { "PDF of 11 pages in one message", GrpcStatusCode.OutOfRange, "TOO_MANY_PAGES" },
        { "PDF with a page of a mile", GrpcStatusCode.OutOfRange, "TOO_MANY_PIXELS" },
        { "ZIP", GrpcStatusCode.FailedPrecondition, "MEDIA_TYPE_UNSUPPORTED" },
        { "list of files", GrpcStatusCode.FailedPrecondition, "MEDIA_TYPE_UNSUPPORTED" },
        { "PNG that is said to be a PDF", GrpcStatusCode.InvalidArgument, "MEDIA_TYPE_MISMATCH" },
    };

    [ServerFact]
    public async Task A_bomb_takes_no_more_time_than_it_may()
    {
        await using var server = await SampleServer.StartAsync(["--engine", "tesseract", "--page-timeout", "2"]);
        await RefusedAsync(server, TextFiles.Bomb(), "", GrpcStatusCode.InvalidArgument, "UNREADABLE_FILE");
        Assert.Empty(server.Children());
        using var channel = server.Connect();
        await channel.CallAsync(V1Methods.GetServerInfo, new GetServerInfoRequest(), Within, CancellationToken.None);
    }

    [ServerTheory]
    [MemberData(nameof(Bad))]
    public async Task A_bad_file_gets_a_clear_refusal_and_harms_nothing(string what, GrpcStatusCode status, string reason)
    {
        using var channel = _server.Connect();
        await RefusedAsync(_server, await FileAsync(what), what.EndsWith("said to be a PDF", StringComparison.Ordinal) ? "application/pdf" : "", status, reason);
        var good = new RecognizeRequest { Content = ByteString.CopyFrom(TextFiles.Pdf("Still here")), RequestId = Guid.NewGuid().ToString() };
        Assert.Equal("Still here", (await channel.CallAsync(V1Methods.Recognize, good, Within, CancellationToken.None)).Pages.Single().Text);
    }

    [ServerTheory]
    [InlineData("JPEG of fill bytes")]
    [InlineData("PNG of chunks")]
    [InlineData("TIFF of entries")]
    [InlineData("TIFF of strips")]
    public async Task A_file_that_would_be_looked_at_for_long_is_refused_soon(string what)
    {
        using var channel = _server.Connect();
        var request = new RecognizeRequest { Content = ByteString.CopyFrom(SlowFiles.Make(what)), RequestId = Guid.NewGuid().ToString() };
        var error = await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(V1Methods.Recognize, request, Within, CancellationToken.None));
        Assert.Equal(GrpcStatusCode.InvalidArgument, error.Code);
        Assert.Contains(" too many ", error.Detail, StringComparison.Ordinal);
    }

    [ServerFact]
    public async Task A_compressed_message_is_refused_before_it_is_unpacked()
    {
        using var channel = _server.Connect();
        var request = new RecognizeRequest { Content = ByteString.CopyFrom(new byte[200 << 20]) };
        var before = _server.PeakMemory();
        var error = await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(V1Methods.Recognize, request, Within with { Compress = static _ => true }, CancellationToken.None));
        Assert.Equal(GrpcStatusCode.Unimplemented, error.Code);
        Assert.InRange(_server.PeakMemory() - before, 0, 100 << 20);
    }

    [ServerFact]
    public async Task What_a_program_complains_of_is_not_kept()
    {
        await using var server = await SampleServer.StartAsync(["--engine", "tesseract", "--page-timeout", "4"]);
        var before = server.PeakMemory();
        using var channel = server.Connect();
        // A machine that is quick is through with it in time, and finds an empty page.
        if (await Record.ExceptionAsync(() => channel.CallAsync(
                V1Methods.Recognize, new RecognizeRequest { Content = ByteString.CopyFrom(TextFiles.Complaints()) }, Within, CancellationToken.None)) is { } error)
        {
            Assert.Equal(GrpcStatusCode.InvalidArgument, Assert.IsType<GrpcException>(error).Code);
        }

        Assert.InRange(server.PeakMemory() - before, 0, 40 << 20);
    }

    static async Task RefusedAsync(SampleServer server, byte[] file, string mediaType, GrpcStatusCode status, string reason)
    {
        using var channel = server.Connect();
        var request = new RecognizeRequest { Content = ByteString.CopyFrom(file), MediaType = mediaType, RequestId = Guid.NewGuid().ToString() };
        var error = await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(V1Methods.Recognize, request, Within, CancellationToken.None));
        Assert.Equal((status, reason), (error.Code, ErrorDetails.Find(error.Trailers, ErrorInfo.Parser, ErrorInfo.Descriptor.FullName)?.Reason));
        Assert.NotEmpty(error.Detail);
        Assert.Contains(server.LogOf(error.Trailers.Text("x-request-id")!), line => line.Contains(reason, StringComparison.Ordinal));
    }

    [ServerFact]
    public async Task What_it_cannot_do_is_refused_and_never_ignored()
    {
        using var channel = _server.Connect();
        RecognizeOptions[] all =
        [
            new() { Languages = { "tlh" } }, new() { Script = ScriptKind.Handwritten }, new() { Unwarp = Toggle.On },
            new() { Profile = "fast" }, new() { PreferTextLayer = true }, new() { Detector = new DetectorOptions { Thresh = 0.3f } },
        ];
        foreach (var options in all)
        {
            var request = new RecognizeRequest { Content = ByteString.CopyFrom(TextFiles.Pdf("Text")), Options = options };
            var error = await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(V1Methods.Recognize, request, Within, CancellationToken.None));
            Assert.Equal(GrpcStatusCode.FailedPrecondition, error.Code);
        }

        var some = new RecognizeRequest { Content = ByteString.CopyFrom(TextFiles.Pdf("Text")), Options = new RecognizeOptions { Languages = { "en-GB", "tlh" } } };
        var warning = (await channel.CallAsync(V1Methods.Recognize, some, Within, CancellationToken.None)).Warnings.Single();
        Assert.Equal(WarningCode.LanguageFallback, warning.Code);
        Assert.Contains("tlh", warning.Message, StringComparison.Ordinal);
    }

    [ServerFact]
    public async Task An_upload_that_is_not_what_was_announced_is_refused()
    {
        using var channel = _server.Connect();
        var file = ByteString.CopyFrom(TextFiles.Pdf("Text"));
        var header = new UploadPart { Header = new UploadHeader { TotalBytes = (ulong)file.Length } };
        var trailer = new UploadPart { Trailer = new UploadTrailer { Sha256 = ByteString.CopyFrom(new byte[32]) } };
        UploadPart[][] uploads = [[header, new() { Chunk = file }, trailer], [header, new() { Chunk = file }], [trailer], [header, header], [header, trailer]];
        foreach (var upload in uploads)
        {
            var error = await Assert.ThrowsAsync<GrpcException>(async () =>
            {
                using var call = await channel.StartAsync(V1Methods.UploadAndRecognize, GrpcRequest<UploadPart>.Stream(upload.ToAsyncEnumerable()), Within, CancellationToken.None);
                await foreach (var _ in call.ReadAllAsync())
                    Assert.Fail("It was taken.");
            });
            Assert.Equal(GrpcStatusCode.InvalidArgument, error.Code);
        }
    }

    [ServerFact]
    public async Task An_upload_that_stops_in_the_middle_gives_up_its_place()
    {
        await using var server = await SampleServer.StartAsync(["--engine", "tesseract", "--page-timeout", "4", "--max-documents", "1"]);
        using var channel = server.Connect();
        var error = await Assert.ThrowsAsync<GrpcException>(async () =>
        {
            using var call = await channel.StartAsync(V1Methods.UploadAndRecognize, GrpcRequest<UploadPart>.Stream(Stalled()), Within, CancellationToken.None);
            await foreach (var _ in call.ReadAllAsync())
                Assert.Fail("It was taken.");
        });
        Assert.Equal(GrpcStatusCode.Unavailable, error.Code);
        Assert.Contains("within 4 s", error.Detail, StringComparison.Ordinal);
        // The next one is looked at, and is not told that there is no place.
        await RefusedAsync(server, [], "", GrpcStatusCode.InvalidArgument, "EMPTY_FILE");

        static async IAsyncEnumerable<UploadPart> Stalled([EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            yield return new() { Header = new UploadHeader { TotalBytes = 1000 } };
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }

    [ServerFact]
    public async Task Its_PaddleX_side_says_failures_as_the_original_does()
    {
        using var channel = _server.Connect();
        var unknown = await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(PaddleXMethods.ModelInfer, Infer("{}", "other"), Within, CancellationToken.None));
        Assert.Equal((GrpcStatusCode.NotFound, "Request for unknown model: 'other' is not found"), (unknown.Code, unknown.Detail));
        var framing = Infer("{}");
        framing.RawInputContents[0] = ByteString.CopyFrom(9, 0, 0, 0, (byte)'{', (byte)'}');
        Assert.Equal(GrpcStatusCode.InvalidArgument, (await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(PaddleXMethods.ModelInfer, framing, Within, CancellationToken.None))).Code);

        var png = Convert.ToBase64String((await FileAsync("PNG that is cut off")));
        foreach (var request in new[] { """{"file":"http://127.0.0.1:1/x.png","fileType":1}""", $$"""{"file":"{{png}}","fileType":1}""", """{"file":"QUJD"}""" })
        {
            var answer = await channel.CallAsync(PaddleXMethods.ModelInfer, Infer(request), Within, CancellationToken.None);
            Assert.Contains("\"errorCode\":422", answer.RawOutputContents.Single().ToStringUtf8(), StringComparison.Ordinal);
        }

        var eleven = Convert.ToBase64String(TextFiles.Pdf([.. Enumerable.Range(1, 11).Select(page => $"{page}")]));
        var ten = await channel.CallAsync(PaddleXMethods.ModelInfer, Infer($$"""{"file":"{{eleven}}","fileType":0}"""), Within, CancellationToken.None);
        Assert.Contains("\"numPages\":10", ten.RawOutputContents.Single().ToStringUtf8(), StringComparison.Ordinal);
    }

    static GrpcCallOptions Within => new() { Timeout = TimeSpan.FromSeconds(60) };

    static ModelInferRequest Infer(string json, string model = "ocr")
    {
        var element = new byte[4 + Encoding.UTF8.GetByteCount(json)];
        BinaryPrimitives.WriteInt32LittleEndian(element, element.Length - 4);
        Encoding.UTF8.GetBytes(json, element.AsSpan(4));
        return new()
        {
            ModelName = model,
            Inputs = { new ModelInferRequest.Types.InferInputTensor { Name = "input", Datatype = "BYTES", Shape = { 1, 1 } } },
            RawInputContents = { ByteString.CopyFrom(element) },
        };
    }

    static async Task<byte[]> FileAsync(string what) => what switch
    {
        "0 bytes" => [],
        "PNG that is cut off" => (await TextFiles.PngAsync("Text"))[..400],
        // Samples.Png writes 64 rows at most.
        "PNG with half of its rows" => Samples.Png("half", 64, 128),
        "PNG of 30,000 x 30,000" => Samples.Png("large", 30_000, 30_000),
        "JPEG that is cut off" => Samples.Jpeg(100, 100, whole: false),
        "TIFF that is a ring" => Ring(),
        "TIFF without its picture" => Pictureless(),
        // Made by: qpdf --encrypt user owner 256 -- in.pdf encrypted.pdf
        "encrypted PDF" => await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "Server", "encrypted.pdf")),
        "PDF that is cut off" => TextFiles.Pdf("Text")[..60],
        "PDF of 500 pages" => Samples.Pdf(500),
        "PDF of 11 pages in one message" => Samples.Pdf(11),
        "PDF with a page of a mile" => Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(TextFiles.Pdf("Text")).Replace("[0 0 400 200]", "[0 0 4561920 4561920]", StringComparison.Ordinal)),
        "ZIP" => [.. "PK\u0003\u0004"u8, .. new byte[100]],
        "list of files" => Encoding.UTF8.GetBytes("/etc/hostname\n/usr/share/pixmaps/debian-logo.png\n"),
        "PNG that is said to be a PDF" => Samples.Png("lie"),
        _ => throw new ArgumentOutOfRangeException(nameof(what), what, null),
    };

    /// <summary>A TIFF whose one strip lies behind its end.</summary>
    static byte[] Pictureless()
    {
        byte[] file = [(byte)'I', (byte)'I', 42, 0, 8, 0, 0, 0, 4, 0, .. new byte[4 * 12 + 4]];
        (int Tag, int Value)[] entries = [(256, 100), (257, 100), (273, 60), (279, 1250)];
        for (var i = 0; i < entries.Length; i++)
        {
            var entry = file.AsSpan(10 + i * 12);
            BinaryPrimitives.WriteInt16LittleEndian(entry, (short)entries[i].Tag);
            BinaryPrimitives.WriteInt16LittleEndian(entry[2..], 4);
            BinaryPrimitives.WriteInt32LittleEndian(entry[4..], 1);
            BinaryPrimitives.WriteInt32LittleEndian(entry[8..], entries[i].Value);
        }

        return file;
    }

    /// <summary>A directory that is its own next one.</summary>
    static byte[] Ring()
    {
        var file = Samples.Tiff(little: true, (100, 100));
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(8 + 26), 8);
        return file;
    }
}
