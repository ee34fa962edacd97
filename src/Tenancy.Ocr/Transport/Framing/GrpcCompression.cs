using System.Buffers;
using System.IO.Compression;

namespace Tenancy.Transport;

/// <summary>What <c>grpc-encoding</c> may name, and the message behind it.</summary>
internal static class GrpcCompression
{
    public const string Accepted = "identity,gzip,deflate";

    /// <summary>Fills a buffer of the pool with what the bytes decompress to, and no more than the limit.</summary>
    /// <exception cref="GrpcException">The encoding is unknown, the bytes are damaged, or they become too large.</exception>
    public static ArraySegment<byte> Decompress(string? encoding, byte[] bytes, int offset, int count, int limit)
    {
        using var compressed = new MemoryStream(bytes, offset, count, writable: false);
        using Stream stream = encoding switch
        {
            "gzip" => new GZipStream(compressed, CompressionMode.Decompress),
            // What HTTP calls deflate has a zlib header: RFC 9110, 8.4.1.2.
            "deflate" => new ZLibStream(compressed, CompressionMode.Decompress),
            null or "identity" => throw GrpcException.Malformed("The server sent a compressed message without naming its encoding."),
            _ => throw GrpcException.Malformed($"The server sent a message encoded with '{encoding}', which is not among those accepted: {Accepted}."),
        };

        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(limit, Math.Max(4096, 2L * count)));
        var length = 0;
        try
        {
            // One byte more than the limit tells the end from too much.
            while (stream.Read(buffer, length, buffer.Length - length) is > 0 and var read)
            {
                length += read;
                if (length > limit)
                    throw GrpcException.TooLarge($"A compressed message of the server is larger than {limit:N0} bytes.");
                if (length == buffer.Length)
                    buffer = Grow(buffer, length);
            }

            return new(buffer, 0, length);
        }
        catch (InvalidDataException e)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw GrpcException.Malformed("A compressed message of the server is damaged.", e);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }

    public static byte[] Gzip(ReadOnlySpan<byte> message)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(message);
        return compressed.ToArray();
    }

    static byte[] Grow(byte[] buffer, int length)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }
}
