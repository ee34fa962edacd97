using System.Buffers.Binary;

namespace Tenancy.Ocr.Tests.Server;

/// <summary>Files whose headers have more to look at than any picture.</summary>
internal static class SlowFiles
{
    const int Parts = 1_500_000;

    public static byte[] Make(string what) => what switch
    {
        "JPEG of fill bytes" => [0xff, 0xd8, .. Enumerable.Repeat((byte)0xff, Parts), 0xff, 0xd9],
        "PNG of chunks" => [0x89, .. "PNG\r\n\u001a\n"u8, 0, 0, 0, 13, .. "IHDR"u8, .. new byte[17], .. Chunks()],
        "TIFF of entries" => Tiff(entries: 60_000, values: 1, size: 1_000_000),
        "TIFF of strips" => Tiff(entries: 1, values: Parts, size: Parts * 4 + 100),
        _ => throw new ArgumentOutOfRangeException(nameof(what), what, null),
    };

    static IEnumerable<byte> Chunks()
    {
        byte[] chunk = [0, 0, 0, 0, .. "tEXt"u8, 0, 0, 0, 0];
        return Enumerable.Repeat(chunk, Parts).SelectMany(static each => each);
    }

    /// <summary>A directory that is its own next one, with entries that say where strips are.</summary>
    static byte[] Tiff(int entries, int values, int size)
    {
        var file = new byte[size];
        "II*\0\u0008\0\0\0"u8.CopyTo(file);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(8), (ushort)entries);
        for (var at = 10; at < 10 + entries * 12; at += 12)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at), 273);
            BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at + 2), 4);
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at + 4), values);
        }

        file[10 + entries * 12] = 8;
        return file;
    }
}
