using System.Text;
using Tenancy.Ocr.Tests.Support;

namespace Tenancy.Ocr.Tests.Documents;

/// <summary>What is refused before a byte is sent, and what is not.</summary>
public sealed class DocumentFactsTests
{
    static readonly OcrInputLimits Limits = new();

    public static TheoryData<string, byte[], int?> Accepted => new()
    {
        { "image/png", Samples.Png("t"), 1 },
        { "image/jpeg", Samples.Jpeg(640, 480), 1 },
        { "image/bmp", Samples.Bmp(10, 20), 1 },
        { "image/webp", Samples.WebpLossless(300, 200), 1 },
        { "image/tiff", Samples.Tiff(true, (10, 20), (30, 40)), 2 },
        { "image/tiff", Samples.Tiff(false, (10, 20)), 1 },
        { "application/pdf", Samples.Pdf(7), 7 },
        { "application/pdf", Samples.Pdf(7, compressed: true), 7 },
        { "application/pdf", Encoding.Latin1.GetBytes("rubbish\n%PDF-1.7\nnothing to count"), null },
        { "application/pdf", Encoding.Latin1.GetBytes("%PDF-1.7\n(a book on /Encrypt and /EncryptMetadata)"), null },
    };

    [Theory]
    [MemberData(nameof(Accepted))]
    public void What_servers_read(string mediaType, byte[] file, int? pages)
    {
        foreach (var said in new[] { null, mediaType, mediaType.ToUpperInvariant() + "; q=1" })
        {
            Assert.Equal((mediaType, pages), Of(DocumentFacts.Check(new OcrDocument(file, said), Limits)));
            Assert.Equal(new OcrDocumentFacts(mediaType, pages), new OcrDocument(file, said).Inspect(Limits));
        }

        static (string, int?) Of(DocumentFacts facts) => (facts.Kind.MediaType(), facts.Pages);
    }

    public static TheoryData<string, GrpcStatusCode, byte[], string?> Refused => new()
    {
        { OcrReasons.EmptyFile, GrpcStatusCode.InvalidArgument, [], null },
        { OcrReasons.MediaTypeUnsupported, GrpcStatusCode.FailedPrecondition, "PK\u0003\u0004 a zip bomb"u8.ToArray(), null },
        { OcrReasons.MediaTypeUnsupported, GrpcStatusCode.FailedPrecondition, "<html>"u8.ToArray(), "image/png" },
        { OcrReasons.MediaTypeMismatch, GrpcStatusCode.InvalidArgument, Samples.Png("t"), "image/jpeg" },
        { OcrReasons.MediaTypeMismatch, GrpcStatusCode.InvalidArgument, Samples.Pdf(1), "image/png" },
        { OcrReasons.UnreadableFile, GrpcStatusCode.InvalidArgument, Samples.Png("t")[..^6], null },
        { OcrReasons.UnreadableFile, GrpcStatusCode.InvalidArgument, Samples.Png("t")[..20], null },
        { OcrReasons.UnreadableFile, GrpcStatusCode.InvalidArgument, Samples.Png("t", 0, 5), null },
        { OcrReasons.UnreadableFile, GrpcStatusCode.InvalidArgument, Samples.Jpeg(640, 480, whole: false), null },
        { OcrReasons.UnreadableFile, GrpcStatusCode.InvalidArgument, Samples.Tiff(true, (1, 1))[..30], null },
        { OcrReasons.UnreadableFile, GrpcStatusCode.InvalidArgument, Samples.WebpLossless(1, 1)[..35], null },
        { OcrReasons.TooManyPixels, GrpcStatusCode.OutOfRange, Samples.Png("t", 30_000, 30_000), null },
        { OcrReasons.TooManyPixels, GrpcStatusCode.OutOfRange, Samples.Png("t", int.MaxValue, int.MaxValue), null },
        { OcrReasons.TooManyPixels, GrpcStatusCode.OutOfRange, Samples.Jpeg(65_000, 65_000), null },
        { OcrReasons.TooManyPixels, GrpcStatusCode.OutOfRange, Samples.Bmp(int.MinValue, int.MinValue + 1), null },
        { OcrReasons.TooManyPixels, GrpcStatusCode.OutOfRange, Samples.Tiff(true, (1, 1), (30_000, 30_000)), null },
        { OcrReasons.TooManyPages, GrpcStatusCode.OutOfRange, Samples.Pdf(500), null },
        { OcrReasons.TooManyPages, GrpcStatusCode.OutOfRange, Samples.Pdf(500, compressed: true), null },
        { OcrReasons.EncryptedPdf, GrpcStatusCode.FailedPrecondition, Samples.Pdf(1, encrypted: true), null },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_no_server_should_see(string reason, GrpcStatusCode status, byte[] file, string? mediaType)
    {
        var error = Assert.Throws<OcrException>(() => DocumentFacts.Check(new OcrDocument(file, mediaType), Limits));
        Assert.Equal((reason, status, false), (error.Reason, error.Status, error.IsRetryable));
        Assert.EndsWith(".", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_bytes()
    {
        var error = Assert.Throws<OcrException>(() => DocumentFacts.Check(new OcrDocument(Samples.Png("t")), new OcrInputLimits { MaxBytes = 20 }));
        Assert.Equal(OcrReasons.TooManyBytes, error.Reason);
    }

    [Fact]
    public async Task A_stream_is_read_no_further_than_the_limit()
    {
        using var endless = new Endless();
        var error = await Assert.ThrowsAsync<OcrException>(() => OcrDocument.ReadAsync(endless, maxBytes: 1_000_000));
        Assert.Equal(OcrReasons.TooManyBytes, error.Reason);
        Assert.InRange(endless.Asked, 1_000_000, 1_200_000);
    }

    [Fact]
    public void Every_prefix_of_every_file_is_accepted_or_refused_and_never_worse()
    {
        var files = Accepted.Select(row => (byte[])row[1]);
        foreach (var file in files)
        {
            for (var length = 0; length < file.Length; length++)
            {
                try
                {
                    DocumentFacts.Check(new OcrDocument(file.AsMemory(0, length)), Limits);
                }
                catch (OcrException)
                {
                    // As it should be.
                }
            }
        }
    }

    [Fact]
    public void Every_changed_byte_is_accepted_or_refused_and_never_worse()
    {
        var random = new Random(7);
        foreach (var file in Accepted.Select(row => (byte[])row[1]))
        {
            for (var i = 0; i < 500; i++)
            {
                var changed = file.ToArray();
                for (var j = 0; j < 3; j++)
                    changed[random.Next(changed.Length)] = (byte)random.Next(256);
                try
                {
                    DocumentFacts.Check(new OcrDocument(changed), Limits);
                }
                catch (OcrException)
                {
                    // As it should be.
                }
            }
        }
    }

    sealed class Endless : MemoryStream
    {
        public long Asked { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Asked += buffer.Length;
            return ValueTask.FromResult(buffer.Length);
        }
    }
}
