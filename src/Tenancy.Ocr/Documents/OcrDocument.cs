namespace Tenancy;

/// <summary>An image or a PDF to be read, whole in memory.</summary>
public sealed class OcrDocument
{
    /// <summary>Takes bytes as they are; they must not change while the document is read.</summary>
    /// <param name="content">The file.</param>
    /// <param name="mediaType">What it is said to be, such as <c>image/png</c>; checked against the bytes. Default: the bytes tell.</param>
    public OcrDocument(ReadOnlyMemory<byte> content, string? mediaType = null)
    {
        Content = content;
        MediaType = mediaType;
    }

    /// <summary>The file.</summary>
    public ReadOnlyMemory<byte> Content { get; }

    /// <summary>What it is said to be; none where nobody said.</summary>
    public string? MediaType { get; }

    /// <summary>
    /// Looks at it as <see cref="IOcrClient"/> does before a byte is sent: for who takes a document in now and has it read
    /// later.
    /// </summary>
    /// <param name="limits">What it may be.</param>
    /// <exception cref="OcrException">It would be refused; <see cref="OcrException.Reason"/> says why.</exception>
    public OcrDocumentFacts Inspect(OcrInputLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        var facts = DocumentFacts.Check(this, limits);
        return new OcrDocumentFacts(facts.Kind.MediaType(), facts.Pages);
    }

    /// <summary>Reads a stream to its end, and no further than a limit.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="mediaType">What it is said to be. Default: the bytes tell.</param>
    /// <param name="maxBytes">How much is read. Default: 64 MiB.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="OcrException">There is more than that: status <see cref="GrpcStatusCode.OutOfRange"/>.</exception>
    public static async Task<OcrDocument> ReadAsync(
        Stream stream, string? mediaType = null, int maxBytes = OcrInputLimits.DefaultMaxBytes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var content = new MemoryStream();
        var buffer = new byte[81920];
        while (await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read)
        {
            if (content.Length + read > maxBytes)
                throw Refusal.TooLarge(OcrReasons.TooManyBytes, $"The document has more than {maxBytes:N0} bytes.");
            content.Write(buffer, 0, read);
        }

        return new OcrDocument(content.GetBuffer().AsMemory(0, (int)content.Length), mediaType);
    }
}
