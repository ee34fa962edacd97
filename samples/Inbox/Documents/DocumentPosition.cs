using System.Buffers.Binary;

namespace Inbox.Documents;

/// <summary>Where a page ended: behind the document with this time and, among equal times, this id.</summary>
readonly record struct DocumentPosition(DateTime Created, Guid Id)
{
    public const int Bytes = sizeof(long) + 16;

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt64BigEndian(bytes, Created.Ticks);
        Id.TryWriteBytes(bytes[sizeof(long)..]);
    }

    /// <summary>Reads what <see cref="Write"/> wrote. It was signed, so that it is well formed.</summary>
    public static DocumentPosition Read(ReadOnlySpan<byte> bytes) => new(
        new DateTime(BinaryPrimitives.ReadInt64BigEndian(bytes), DateTimeKind.Utc), new Guid(bytes[sizeof(long)..Bytes]));
}
