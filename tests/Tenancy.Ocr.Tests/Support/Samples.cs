using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Tenancy.Ocr.Tests.Support;

/// <summary>Small files of every kind, each with a token in it that a server of the tests reads as its text.</summary>
internal static class Samples
{
    /// <summary>A PNG with a token in a text chunk.</summary>
    public static byte[] Png(string token, int width = 8, int height = 8)
    {
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 1;
        Chunk(file, "IHDR", header);
        Chunk(file, "tEXt", Encoding.Latin1.GetBytes($"Token\0{token}!"));
        using var rows = new MemoryStream();
        using (var zlib = new ZLibStream(rows, CompressionLevel.Fastest, leaveOpen: true))
            zlib.Write(new byte[Math.Min(height, 64) * (1 + (Math.Min(width, 64) + 7) / 8)]);
        Chunk(file, "IDAT", rows.ToArray());
        Chunk(file, "IEND", []);
        return file.ToArray();
    }

    /// <summary>A PDF of so many empty pages, with a token in each.</summary>
    public static byte[] Pdf(int pages, string token = "", bool compressed = false, bool encrypted = false)
    {
        var file = new StringBuilder("%PDF-1.5\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n");
        var tree = $"<< /Type /Pages /Kids [{string.Concat(Enumerable.Range(0, pages).Select(page => $"{page + 3} 0 R "))}] /Count {pages} >>";
        if (compressed)
        {
            file.Append(ObjectStream("2 0 " + tree));
        }
        else
        {
            file.Append("2 0 obj\n").Append(tree).Append("\nendobj\n");
            for (var page = 0; page < pages; page++)
                file.Append(System.Globalization.CultureInfo.InvariantCulture, $"{page + 3} 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 300] >>\nendobj\n");
        }

        file.Append("% Token:").Append(token).Append('\n');
        file.Append("trailer\n<< /Root 1 0 R ").Append(encrypted ? "/Encrypt 99 0 R " : "").Append(">>\nstartxref\n0\n%%EOF\n");
        return Encoding.Latin1.GetBytes(file.ToString());
    }

    /// <summary>Objects of a PDF, packed.</summary>
    public static string ObjectStream(string objects)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            zlib.Write(Encoding.Latin1.GetBytes(objects));
        return $"9 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode >>\nstream\n{Encoding.Latin1.GetString(packed.ToArray())}\nendstream\nendobj\n";
    }

    public static byte[] Jpeg(int width, int height, bool whole = true)
    {
        List<byte> file = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc2, 0, 11, 8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, 1, 1, 17, 0];
        file.AddRange([0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 1, 2, 3]);
        if (whole)
            file.AddRange([0xff, 0xd9]);
        return [.. file];
    }

    public static byte[] Bmp(int width, int height)
    {
        var file = new byte[60];
        "BM"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), width);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), -height);
        return file;
    }

    public static byte[] WebpLossless(int width, int height)
    {
        var file = new byte[40];
        "RIFF"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), 32);
        "WEBPVP8L"u8.CopyTo(file.AsSpan(8));
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(21), (uint)(width - 1) | (uint)(height - 1) << 14);
        return file;
    }

    /// <summary>A TIFF whose directories name a size each.</summary>
    public static byte[] Tiff(bool little, params (int Width, int Height)[] pages)
    {
        var file = new byte[8 + pages.Length * 30];
        (little ? "II"u8 : "MM"u8).CopyTo(file);
        Short(2, 42);
        Long(4, 8);
        for (var page = 0; page < pages.Length; page++)
        {
            var at = 8 + page * 30;
            Short(at, 2);
            Entry(at + 2, 256, pages[page].Width);
            Entry(at + 14, 257, pages[page].Height);
            Long(at + 26, page + 1 == pages.Length ? 0 : at + 30);
        }

        return file;

        void Entry(int at, int tag, int value)
        {
            Short(at, tag);
            Short(at + 2, 4);
            Long(at + 4, 1);
            Long(at + 8, value);
        }

        void Short(int at, int value)
        {
            if (little)
                BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at), (ushort)value);
            else
                BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(at), (ushort)value);
        }

        void Long(int at, int value)
        {
            if (little)
                BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
            else
                BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(at), value);
        }
    }

    /// <summary>The token of a PNG or PDF made here.</summary>
    public static string Token(ReadOnlySpan<byte> file)
    {
        var text = Encoding.Latin1.GetString(file);
        var at = text.IndexOf("Token", StringComparison.Ordinal) + "Token".Length + 1;
        var end = at;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '-' or '/'))
            end++;
        return text[at..end];
    }

    static void Chunk(MemoryStream file, string type, byte[] data)
    {
        var number = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        var body = Encoding.ASCII.GetBytes(type).Concat(data).ToArray();
        file.Write(body);
        // Nobody here looks at the checksum, but it is not left to chance.
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc(body));
        file.Write(number);
    }

    static uint Crc(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var each in bytes)
        {
            crc ^= each;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? 0xedb88320 ^ (crc >> 1) : crc >> 1;
        }

        return ~crc;
    }
}
