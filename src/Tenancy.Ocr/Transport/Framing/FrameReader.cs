using System.Buffers;
using System.Buffers.Binary;
using Google.Protobuf;

namespace Tenancy.Transport;

/// <summary>
/// Reads messages out of a response: one byte that says whether it is compressed, four of length, the message
/// (gRPC over HTTP/2, "Length-Prefixed-Message"). The bytes may arrive in any pieces.
/// </summary>
internal sealed class FrameReader(Stream stream, string? encoding, int maxMessageBytes) : IDisposable
{
    public const int HeaderLength = 5;

    const int FirstBuffer = 16 * 1024;

    byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
    int _start;
    int _end;
    bool _reading;

    /// <summary>The next message, or none at the end.</summary>
    /// <exception cref="GrpcException">What came is not a message, or is too large.</exception>
    public async ValueTask<T?> ReadAsync<T>(MessageParser<T> parser, CancellationToken cancellationToken) where T : class, IMessage<T>
    {
        Volatile.Write(ref _reading, true);
        try
        {
            return await NextAsync(parser, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _reading, false);
        }
    }

    public void Dispose()
    {
        // Disposed while it is filled, the buffer is left to the collector: in the pool it would be another call's as well.
        if (Volatile.Read(ref _reading))
            return;
        var buffer = _buffer;
        _buffer = [];
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
    }

    async ValueTask<T?> NextAsync<T>(MessageParser<T> parser, CancellationToken cancellationToken) where T : class, IMessage<T>
    {
        if (!await FillAsync(HeaderLength, cancellationToken).ConfigureAwait(false))
        {
            return _end == _start
                ? null
                : throw GrpcException.Malformed($"The response ended within the {HeaderLength} bytes that announce a message.");
        }

        var compressed = _buffer[_start];
        var length = BinaryPrimitives.ReadUInt32BigEndian(_buffer.AsSpan(_start + 1));
        if (compressed > 1)
            throw GrpcException.Malformed($"A message of the server begins with {compressed}, where 0 or 1 must stand.");
        if (length > maxMessageBytes)
            throw GrpcException.TooLarge($"A message of the server has {length:N0} bytes; {maxMessageBytes:N0} are taken.");
        _start += HeaderLength;
        if (!await FillAsync((int)length, cancellationToken).ConfigureAwait(false))
            throw GrpcException.Malformed($"The response ended after {_end - _start:N0} of a message's {length:N0} bytes.");

        var message = compressed == 1 ? Decompressed(parser, (int)length) : Parse(parser, _buffer, _start, (int)length);
        _start += (int)length;
        return message;
    }

    T Decompressed<T>(MessageParser<T> parser, int length) where T : class, IMessage<T>
    {
        var plain = GrpcCompression.Decompress(encoding, _buffer, _start, length, maxMessageBytes);
        try
        {
            return Parse(parser, plain.Array!, plain.Offset, plain.Count);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(plain.Array!);
        }
    }

    static T Parse<T>(MessageParser<T> parser, byte[] bytes, int offset, int length) where T : class, IMessage<T>
    {
        try
        {
            return parser.ParseFrom(bytes, offset, length);
        }
        catch (InvalidProtocolBufferException e)
        {
            // It is an IOException: unmapped it would look like a lost connection, and be sent again.
            throw GrpcException.Malformed("A message of the server cannot be decoded.", e);
        }
    }

    /// <summary>Reads until so many bytes are there. False where the response ended before.</summary>
    async ValueTask<bool> FillAsync(int count, CancellationToken cancellationToken)
    {
        while (_end - _start < count)
        {
            MakeRoom(count);
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (read == 0)
                return false;
            _end += read;
        }

        return true;
    }

    /// <summary>Grows with what arrives, not with what is announced.</summary>
    void MakeRoom(int count)
    {
        if (_start == _end)
            _start = _end = 0;
        if (_end < _buffer.Length && _start + Math.Min(count, _buffer.Length) <= _buffer.Length)
            return;
        var source = _buffer;
        var pending = _end - _start;
        var wanted = pending < _buffer.Length ? _buffer.Length : (int)Math.Min(Math.Max(count, FirstBuffer), 2L * _buffer.Length);
        if (wanted > _buffer.Length)
            _buffer = ArrayPool<byte>.Shared.Rent(wanted);
        source.AsSpan(_start, pending).CopyTo(_buffer);
        if (!ReferenceEquals(source, _buffer))
            ArrayPool<byte>.Shared.Return(source);
        (_start, _end) = (0, pending);
    }
}
