using System.Buffers;
using System.Buffers.Binary;
using Google.Protobuf;

namespace Tenancy.Transport;

/// <summary>Writes messages into a request.</summary>
internal static class FrameWriter
{
    /// <summary>Writes one message in one piece. The buffer is of the pool, and only held while it is written.</summary>
    public static async ValueTask WriteAsync(Stream stream, IMessage message, bool compress, CancellationToken cancellationToken)
    {
        var size = message.CalculateSize();
        var buffer = ArrayPool<byte>.Shared.Rent(FrameReader.HeaderLength + size);
        try
        {
            var body = buffer.AsMemory(FrameReader.HeaderLength, size);
            message.WriteTo(body.Span);
            if (compress)
            {
                var compressed = GrpcCompression.Gzip(body.Span);
                var header = new byte[FrameReader.HeaderLength];
                Announce(header, compress, compressed.Length);
                await stream.WriteAsync(header, cancellationToken).ConfigureAwait(false);
                await stream.WriteAsync(compressed, cancellationToken).ConfigureAwait(false);
                return;
            }

            Announce(buffer, compress, size);
            await stream.WriteAsync(buffer.AsMemory(0, FrameReader.HeaderLength + size), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    static void Announce(Span<byte> header, bool compressed, int length)
    {
        header[0] = compressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(header[1..], (uint)length);
    }
}
