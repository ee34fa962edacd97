using System.Buffers.Binary;

namespace Tenancy;

/// <summary>Width, height and pages of an image, from its headers: nothing is decoded, so nothing can blow up.</summary>
internal readonly record struct ImageHeader(long Width, long Height, int Pages = 1)
{
    /// <summary>Reads the header, or none where the file is damaged or cut off.</summary>
    public static ImageHeader? Read(DocumentKind kind, ReadOnlySpan<byte> file) => kind switch
    {
        DocumentKind.Png => Png(file),
        DocumentKind.Jpeg => Jpeg(file),
        DocumentKind.Bmp => Bmp(file),
        DocumentKind.Webp => Webp(file),
        DocumentKind.Tiff => Tiff(file),
        _ => null,
    };

    /// <summary>PNG (third edition), 5: the chunks must reach IEND.</summary>
    static ImageHeader? Png(ReadOnlySpan<byte> file)
    {
        ImageHeader? header = null;
        for (var at = 8L; at + 12 <= file.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(file[(int)at..]);
            var type = file.Slice((int)at + 4, 4);
            if (at + 12 + length > file.Length)
                return null;
            if (type.SequenceEqual("IHDR"u8) && length == 13)
                header = new(BinaryPrimitives.ReadUInt32BigEndian(file[((int)at + 8)..]), BinaryPrimitives.ReadUInt32BigEndian(file[((int)at + 12)..]));
            if (type.SequenceEqual("IEND"u8))
                return header;
            at += 12 + length;
        }

        return null;
    }

    /// <summary>ITU-T T.81, annex B: a frame header, and an end of the image.</summary>
    static ImageHeader? Jpeg(ReadOnlySpan<byte> file)
    {
        if (file.LastIndexOf([(byte)0xff, (byte)0xd9]) < 0)
            return null;
        for (var at = 2; at + 9 < file.Length;)
        {
            if (file[at] != 0xff)
                return null;
            var marker = file[at + 1];
            if (marker is 0xff or 0x01 or >= 0xd0 and <= 0xd8)
            {
                at += marker == 0xff ? 1 : 2;
                continue;
            }

            // SOF0 to SOF15, without DHT, JPG and DAC.
            if (marker is >= 0xc0 and <= 0xcf and not (0xc4 or 0xc8 or 0xcc))
                return new(BinaryPrimitives.ReadUInt16BigEndian(file[(at + 7)..]), BinaryPrimitives.ReadUInt16BigEndian(file[(at + 5)..]));
            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
        }

        return null;
    }

    static ImageHeader? Bmp(ReadOnlySpan<byte> file) => file.Length < 54
        ? null
        : new(Math.Abs((long)BinaryPrimitives.ReadInt32LittleEndian(file[18..])), Math.Abs((long)BinaryPrimitives.ReadInt32LittleEndian(file[22..])));

    /// <summary>RFC 9649.</summary>
    static ImageHeader? Webp(ReadOnlySpan<byte> file)
    {
        if (file.Length < 30 || BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) + 8L > file.Length)
            return null;
        var chunk = file.Slice(12, 4);
        if (chunk.SequenceEqual("VP8X"u8))
            return new(1 + Three(file[24..]), 1 + Three(file[27..]));
        if (chunk.SequenceEqual("VP8L"u8))
        {
            var bits = BinaryPrimitives.ReadUInt32LittleEndian(file[21..]);
            return new(1 + (bits & 0x3fff), 1 + (bits >> 14 & 0x3fff));
        }

        return chunk.SequenceEqual("VP8 "u8)
            ? new(BinaryPrimitives.ReadUInt16LittleEndian(file[26..]) & 0x3fff, BinaryPrimitives.ReadUInt16LittleEndian(file[28..]) & 0x3fff)
            : null;
    }

    static int Three(ReadOnlySpan<byte> bytes) => bytes[0] | bytes[1] << 8 | bytes[2] << 16;

    /// <summary>TIFF 6.0, section 2: each directory is a page. The largest counts. All together are no longer than the file, unless they are a ring.</summary>
    static ImageHeader? Tiff(ReadOnlySpan<byte> file)
    {
        if (file.Length < 8)
            return null;
        var little = file[0] == 'I';
        var (largest, pages, left) = (default(ImageHeader), 0, file.Length);
        for (long at = UInt32(file, 4); at != 0; pages++)
        {
            if (at + 2 > file.Length)
                return null;
            var entries = UInt16(file, (int)at);
            left -= 2 + entries * 12 + 4;
            if (left < 0 || at + 2 + entries * 12L + 4 > file.Length)
                return null;
            long width = 0, height = 0;
            for (var entry = (int)at + 2; entry < at + 2 + entries * 12; entry += 12)
            {
                var value = UInt16(file, entry + 2) == 3 ? UInt16(file, entry + 8) : UInt32(file, entry + 8);
                if (UInt16(file, entry) == 256)
                    width = value;
                else if (UInt16(file, entry) == 257)
                    height = value;
            }

            if ((UInt128)width * (UInt128)height > (UInt128)largest.Width * (UInt128)largest.Height)
                largest = new(width, height);
            at = UInt32(file, (int)at + 2 + entries * 12);
        }

        return pages == 0 || largest.Width == 0 ? null : largest with { Pages = pages };

        ushort UInt16(ReadOnlySpan<byte> bytes, int offset) =>
            little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[offset..]) : BinaryPrimitives.ReadUInt16BigEndian(bytes[offset..]);

        uint UInt32(ReadOnlySpan<byte> bytes, int offset) =>
            little ? BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]) : BinaryPrimitives.ReadUInt32BigEndian(bytes[offset..]);
    }
}
