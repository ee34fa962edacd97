using System.IO.Compression;

namespace Tenancy;

/// <summary>
/// What a look at a PDF tells without a parser: whether it needs a password, and how many pages it says to have
/// (ISO 32000-1, 7.5.7, 7.6 and 7.7.3). A server counts for itself.
/// </summary>
/// <param name="IsEncrypted">It has an encryption dictionary.</param>
/// <param name="Pages">Its pages; none where they could not be found.</param>
internal readonly record struct PdfFacts(bool IsEncrypted, int? Pages)
{
    /// <summary>How much of compressed object streams is looked at, at most: they may be bombs.</summary>
    const int MostInflated = 32 * 1024 * 1024;

    /// <summary>What a stream counts for at least: there may be a million empty ones.</summary>
    const int LeastInflated = 4096;

    /// <summary>How far from a name the rest of its dictionary is looked for.</summary>
    const int NearBy = 64 * 1024;

    /// <summary>How much is looked at more than once, at most: a file made for it would have every byte looked at for every other.</summary>
    const int MostTwice = 64 * 1024 * 1024;

    public static PdfFacts Read(ReadOnlySpan<byte> file)
    {
        var (left, twice) = (MostInflated, MostTwice);
        var (count, leaves) = CountPages(file, ref twice);
        for (var at = 0; left > 0 && twice > 0 && Next(file, "/ObjStm"u8, ref at);)
        {
            if (Inflate(file, ref at, ref left, ref twice) is not { } objects)
                continue;
            var (inner, innerLeaves) = CountPages(objects, ref twice);
            count = Math.Max(count, inner);
            leaves += innerLeaves;
        }

        // Where the look was ended, a server tells.
        var pages = twice <= 0 ? 0 : count > 0 ? count : leaves;
        return new(IsProtected(file), pages > 0 ? pages : null);
    }

    static bool IsProtected(ReadOnlySpan<byte> file)
    {
        for (var at = 0; Next(file, "/Encrypt"u8, ref at);)
        {
            // A reference or a dictionary; anything else is text that speaks of it.
            var value = file[at..].TrimStart(" \t\r\n\f\0"u8);
            if (value.StartsWith("<<"u8) || value.Length > 0 && char.IsAsciiDigit((char)value[0]))
                return true;
        }

        return false;
    }

    /// <summary>The greatest count of a page tree's node, and the number of pages seen.</summary>
    static (int Count, int Leaves) CountPages(ReadOnlySpan<byte> objects, ref int twice)
    {
        var (count, leaves) = (0, 0);
        for (var at = 0; twice > 0 && Next(objects, "/Type"u8, ref at);)
        {
            var rest = objects[at..].TrimStart(" \t\r\n\f\0"u8);
            if (!rest.StartsWith("/Page"u8))
                continue;
            if (rest.Length > 5 && rest[5] == 's')
                count = Math.Max(count, Count(Dictionary(objects, at, ref twice)));
            else if (rest.Length == 5 || !char.IsAsciiLetter((char)rest[5]))
                leaves++;
        }

        return (count, leaves);
    }

    static int Count(ReadOnlySpan<byte> node)
    {
        var at = 0;
        if (!Next(node, "/Count"u8, ref at))
            return 0;
        var digits = node[at..].TrimStart(" \t\r\n\f\0"u8);
        var value = 0L;
        for (var i = 0; i < digits.Length && char.IsAsciiDigit((char)digits[i]) && value < int.MaxValue; i++)
            value = value * 10 + (digits[i] - '0');
        return (int)Math.Min(value, int.MaxValue);
    }

    /// <summary>The dictionary around a position.</summary>
    static ReadOnlySpan<byte> Dictionary(ReadOnlySpan<byte> objects, int at, ref int twice)
    {
        var before = Math.Max(0, at - NearBy);
        var start = before + Math.Max(0, objects[before..at].LastIndexOf("<<"u8));
        twice -= at - start;
        var depth = 0;
        for (var end = start; end + 1 < objects.Length && twice > 0; end++, twice--)
        {
            var opens = objects[end] == '<' && objects[end + 1] == '<';
            if (!opens && !(objects[end] == '>' && objects[end + 1] == '>'))
                continue;
            depth += opens ? 1 : -1;
            end++;
            if (depth == 0)
                return objects[start..end];
        }

        return objects[start..];
    }

    /// <summary>Inflates the stream behind a position, and moves behind it; none where there is none to be read.</summary>
    static byte[]? Inflate(ReadOnlySpan<byte> file, ref int at, ref int left, ref int twice)
    {
        var near = file.Slice(at, Math.Min(NearBy, file.Length - at));
        var begin = near.IndexOf("stream"u8);
        twice -= begin < 0 ? near.Length : begin;
        if (begin < 0 || near[..begin].IndexOf("/FlateDecode"u8) < 0)
            return null;
        var data = file[(at + begin + 6)..];
        var end = data.IndexOf("endstream"u8);
        // Without an end to this one there is none to any behind it.
        at = end < 0 ? file.Length : at + begin + 6 + end;
        if (end < 0)
            return null;
        data = data[..end].TrimStart("\r\n"u8);
        var most = left;
        left -= Math.Min(left, LeastInflated);
        using var source = new MemoryStream(data.ToArray());
        using var inflated = new MemoryStream();
        using var zlib = new ZLibStream(source, CompressionMode.Decompress);
        var buffer = new byte[8192];
        try
        {
            while (inflated.Length < most && zlib.Read(buffer, 0, (int)Math.Min(buffer.Length, most - inflated.Length)) is > 0 and var read)
                inflated.Write(buffer, 0, read);
        }
        catch (InvalidDataException)
        {
            // What came before may still tell.
        }

        left = Math.Min(left, most - (int)inflated.Length);
        return inflated.ToArray();
    }

    /// <summary>Finds a name that ends where it seems to, and moves behind it.</summary>
    static bool Next(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> name, ref int at)
    {
        while (bytes[at..].IndexOf(name) is >= 0 and var found)
        {
            at += found + name.Length;
            if (at == bytes.Length || !char.IsAsciiLetterOrDigit((char)bytes[at]))
                return true;
        }

        return false;
    }
}
