using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Inbox.Tour;

/// <summary>Makes the papers that the tour scans.</summary>
static class Paper
{
    /// <summary>A PDF with a page for each text, in lines.</summary>
    public static byte[] Pdf(params string[][] pages)
    {
        List<string> objects =
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            $"<< /Type /Pages /Kids [{string.Concat(pages.Select((_, page) => $"{4 + 2 * page} 0 R "))}] /Count {pages.Length} >>",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        ];
        foreach (var lines in pages)
        {
            var content = $"BT /F1 20 Tf 32 TL 30 250 Td {string.Concat(lines.Select(line => $"({line}) ' "))}ET";
            objects.Add($"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 440 280] /Resources << /Font << /F1 3 0 R >> >> /Contents {objects.Count + 2} 0 R >>");
            objects.Add($"<< /Length {content.Length} >>\nstream\n{content}\nendstream");
        }

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
        file.Append(CultureInfo.InvariantCulture, $"trailer\n<< /Size {objects.Count + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n");
        return Encoding.ASCII.GetBytes(file.ToString());
    }

    /// <summary>A picture of such a page, by the program that the OCR server rasterises PDFs with.</summary>
    public static async Task<byte[]> PngAsync(params string[] lines)
    {
        var start = new ProcessStartInfo("pdftoppm", ["-png", "-gray", "-r", "150", "-"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var program = Process.Start(start) ?? throw new TourException("pdftoppm did not start.");
        await using (var input = program.StandardInput.BaseStream)
            await input.WriteAsync(Pdf(lines));
        using var png = new MemoryStream();
        await program.StandardOutput.BaseStream.CopyToAsync(png);
        await program.WaitForExitAsync();
        return program.ExitCode == 0 ? png.ToArray() : throw new TourException($"pdftoppm ended with {program.ExitCode}.");
    }
}
