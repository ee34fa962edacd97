using System.Buffers.Binary;

namespace Inbox.Documents.Search;

/// <summary>Where a page of hits ended: by rank, and among equal ranks as documents are ordered.</summary>
readonly record struct HitPosition(float Rank, DocumentPosition Document)
{
    public const int Bytes = sizeof(float) + DocumentPosition.Bytes;

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteSingleBigEndian(bytes, Rank);
        Document.Write(bytes[sizeof(float)..]);
    }

    public static HitPosition Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadSingleBigEndian(bytes), DocumentPosition.Read(bytes[sizeof(float)..]));
}
