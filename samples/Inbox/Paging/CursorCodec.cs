using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Inbox.Authentication;
using Microsoft.Extensions.Options;

namespace Inbox.Paging;

/// <summary>
/// Writes and reads cursors: where in a list a page ended, and a MAC over that and the list's scope. The scope is not in
/// the cursor, so that another tenant's, another list's and a forged one are the same thing: one whose MAC is wrong.
/// </summary>
/// <remarks>
/// A MAC under a configured key, rather than data protection: a position holds nothing that its reader was not shown, so
/// it needs no secrecy; and data protection would need a place for its keys that all processes share, where one
/// configured value does.
/// </remarks>
sealed class CursorCodec(IOptions<CursorOptions> options)
{
    const int MacBytes = 16;
    const int MaxPositionBytes = 128;

    static readonly int MaxLength = Base64Url.GetEncodedLength(MacBytes + MaxPositionBytes);

    readonly byte[] _key = options.Value.ReadKey() ?? throw new InvalidOperationException("Cursors:Key was not validated.");

    public string Write(CursorScope scope, ReadOnlySpan<byte> position)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position.Length, MaxPositionBytes);
        Span<byte> cursor = stackalloc byte[MacBytes + position.Length];
        Mac(scope, position, cursor[..MacBytes]);
        position.CopyTo(cursor[MacBytes..]);
        return Base64Url.EncodeToString(cursor);
    }

    /// <summary>Reads a position that <see cref="Write"/> wrote for the same scope.</summary>
    public bool TryRead(CursorScope scope, string cursor, [NotNullWhen(true)] out byte[]? position)
    {
        position = null;
        if (cursor.Length > MaxLength || !StrictBase64Url.TryDecode(cursor, out var bytes) || bytes.Length <= MacBytes)
            return false;
        Span<byte> expected = stackalloc byte[MacBytes];
        Mac(scope, bytes.AsSpan(MacBytes), expected);
        if (!CryptographicOperations.FixedTimeEquals(expected, bytes.AsSpan(0, MacBytes)))
            return false;
        position = bytes[MacBytes..];
        return true;
    }

    /// <summary>Each text goes in with its length before it, or two scopes could read the same.</summary>
    void Mac(CursorScope scope, ReadOnlySpan<byte> position, Span<byte> mac)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        Span<byte> length = stackalloc byte[sizeof(int)];
        hash.AppendData(scope.Owner.ToByteArray());
        foreach (var text in (ReadOnlySpan<string>)[scope.List, scope.Filter])
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }

        hash.AppendData(position);
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        hash.GetHashAndReset(whole);
        whole[..mac.Length].CopyTo(mac);
    }
}
