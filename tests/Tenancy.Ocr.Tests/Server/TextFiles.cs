using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Tenancy.Ocr.Tests.Server;

/// <summary>Files with text in them that an engine can read.</summary>
internal static class TextFiles
{
    /// <summary>A PDF with a page for each text; <c>\n</c> ends a line.</summary>
    public static byte[] Pdf(params string[] pages)
    {
        List<string> objects =
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            $"<< /Type /Pages /Kids [{string.Concat(pages.Select((_, page) => $"{4 + 2 * page} 0 R "))}] /Count {pages.Length} >>",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        ];
        foreach (var text in pages)
        {
            var content = $"BT /F1 20 Tf 28 TL 20 160 Td {string.Concat(text.Split('\n').Select(line => $"({line}) ' "))}ET";
            objects.Add($"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 200] /Resources << /Font << /F1 3 0 R >> >> /Contents {objects.Count + 2} 0 R >>");
            objects.Add($"<< /Length {content.Length} >>\nstream\n{content}\nendstream");
        }

        return Pdf(objects, "");
    }

    /// <summary>A PDF of objects, with the table of where they are.</summary>
    public static byte[] Pdf(IReadOnlyList<string> objects, string trailer)
    {
        var file = new StringBuilder("%PDF-1.5\n");
        var offsets = new List<int>();
        foreach (var value in objects)
        {
            offsets.Add(file.Length);
            file.Append(CultureInfo.InvariantCulture, $"{offsets.Count} 0 obj\n{value}\nendobj\n");
        }

        var table = file.Length;
        file.Append(CultureInfo.InvariantCulture, $"xref\n0 {objects.Count + 1}\n0000000000 65535 f \n");
        foreach (var offset in offsets)
            file.Append(CultureInfo.InvariantCulture, $"{offset:D10} 00000 n \n");
        file.Append(CultureInfo.InvariantCulture, $"trailer\n<< /Size {objects.Count + 1} /Root 1 0 R {trailer}>>\nstartxref\n{table}\n%%EOF\n");
        return Encoding.Latin1.GetBytes(file.ToString());
    }

    /// <summary>A page of some kilobytes that takes minutes to paint.</summary>
    public static byte[] Bomb() => Bomb("0 0 400 200 re f\n");

    /// <summary>A page of some kilobytes in which nothing is right, and of which a program says so two million times.</summary>
    public static byte[] Complaints() => Bomb("complain\n");

    static byte[] Bomb(string step)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            var once = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(step, 10_000)));
            for (var i = 0; i < 200; i++)
                zlib.Write(once);
        }

        return Pdf(
        [
            "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 200] /Contents 4 0 R >>",
            $"<< /Length {packed.Length} /Filter /FlateDecode >>\nstream\n{Encoding.Latin1.GetString(packed.ToArray())}\nendstream",
        ], "");
    }

    /// <summary>A picture of a text, by the same program that rasterises PDFs on the server.</summary>
    public static async Task<byte[]> PngAsync(string text)
    {
        var pdf = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(pdf, Pdf(text));
            using var program = Process.Start(new ProcessStartInfo("pdftoppm", ["-png", "-r", "120", pdf]) { RedirectStandardOutput = true })!;
            using var png = new MemoryStream();
            await program.StandardOutput.BaseStream.CopyToAsync(png);
            await program.WaitForExitAsync();
            return png.ToArray();
        }
        finally
        {
            File.Delete(pdf);
        }
    }
}
