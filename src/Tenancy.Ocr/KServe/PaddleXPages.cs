using System.Text.Json;
using Tenancy.Transport;

namespace Tenancy;

/// <summary>Reads the pages in PaddleX's answer, and maps them back to the document as it was sent.</summary>
internal static class PaddleXPages
{
    /// <summary>PDFs are rasterised at twice their own 72 points per inch.</summary>
    const int PdfDpi = 144;

    public static IReadOnlyList<OcrPage> Read(JsonElement root, OcrModel model, OcrJob job, string server, bool words)
    {
        try
        {
            var result = root.GetProperty("result");
            var sizes = Sizes(result.GetProperty("dataInfo"));
            var logId = PaddleXResponse.LogId(root);
            var pages = new List<OcrPage>();
            foreach (var page in result.GetProperty("ocrResults").EnumerateArray())
            {
                var (width, height) = pages.Count < sizes.Count ? sizes[pages.Count] : throw GrpcException.Malformed("The server's answer has more pages than sizes.");
                pages.Add(Page(page.GetProperty("prunedResult"), pages.Count + 1, width, height, job, words) with { Model = model, Server = server, ServerRequestId = logId });
            }

            return pages;
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw GrpcException.Malformed("The server's result does not have the form that PaddleX documents.", e);
        }
    }

    static List<(int Width, int Height)> Sizes(JsonElement info) => info.TryGetProperty("pages", out var pages)
        ? [.. pages.EnumerateArray().Select(Size)]
        : [Size(info)];

    static (int Width, int Height) Size(JsonElement element) => (element.GetProperty("width").GetInt32(), element.GetProperty("height").GetInt32());

    static OcrPage Page(JsonElement result, int number, int width, int height, OcrJob job, bool words)
    {
        var (degrees, unwarped) = Preprocessing(result);
        var turn = new PageTurn(unwarped ? 0 : degrees, width, height);
        var hasWords = result.TryGetProperty("return_word_box", out var flag) && flag.ValueKind == JsonValueKind.True;
        var lines = Lines(result, turn, job.Options.Geometry, hasWords && words);
        return new OcrPage
        {
            Number = number + job.PageOffset,
            PagesTotal = job.WholePages ?? job.PagesTotal,
            Width = width,
            Height = height,
            Space = unwarped ? OcrCoordinateSpace.Unwarped : OcrCoordinateSpace.Source,
            RotationDegrees = degrees,
            Dpi = job.Facts.IsPdf ? PdfDpi : null,
            Lines = lines,
            Text = string.Join('\n', lines.Select(line => line.Text)),
            MeanConfidence = lines.Count == 0 ? null : lines.Average(line => line.Confidence),
            Warnings = job.Options.Geometry == OcrGeometry.Words && !hasWords
                ? [new(OcrWarningCode.WordBoxesUnsupported, "The server has no word boxes.", number + job.PageOffset)]
                : [],
        };
    }

    static (int Degrees, bool Unwarped) Preprocessing(JsonElement result)
    {
        if (!result.TryGetProperty("doc_preprocessor_res", out var done) || done.ValueKind != JsonValueKind.Object)
            return (0, false);
        var degrees = done.TryGetProperty("angle", out var angle) && angle.TryGetInt32(out var value) && value > 0 ? value : 0;
        var unwarped = done.TryGetProperty("model_settings", out var settings)
            && settings.TryGetProperty("use_doc_unwarping", out var used) && used.ValueKind == JsonValueKind.True;
        return (degrees, unwarped);
    }

    static List<OcrLine> Lines(JsonElement result, PageTurn turn, OcrGeometry geometry, bool words)
    {
        var texts = result.GetProperty("rec_texts");
        var scores = result.GetProperty("rec_scores");
        var count = texts.GetArrayLength();
        // The angles belong to what was detected: only where all of it was read are they the lines'.
        var angles = result.TryGetProperty("textline_orientation_angles", out var found) && found.GetArrayLength() == count ? found : default;
        var lines = new List<OcrLine>(count);
        for (var i = 0; i < count; i++)
        {
            var line = new OcrLine
            {
                Text = texts[i].GetString()!,
                Confidence = scores[i].GetSingle(),
                IsUpsideDown = angles.ValueKind == JsonValueKind.Array && angles[i].GetInt32() == 1,
            };
            lines.Add(geometry == OcrGeometry.None ? line : Placed(line, result, i, turn, words));
        }

        return lines;
    }

    static OcrLine Placed(OcrLine line, JsonElement result, int index, PageTurn turn, bool words)
    {
        OcrPoint[] polygon = [.. result.GetProperty("rec_polys")[index].EnumerateArray().Select(point => turn.Back(new OcrPoint(Pixel(point[0]), Pixel(point[1]))))];
        return line with
        {
            Polygon = polygon,
            Box = polygon.Length == 0 ? null : Around(polygon),
            Words = words ? Words(result, index, turn) : [],
        };
    }

    static OcrWord[] Words(JsonElement result, int index, PageTurn turn)
    {
        if (!result.TryGetProperty("text_word", out var texts) || !result.TryGetProperty("text_word_boxes", out var boxes))
            return [];
        var line = texts[index];
        return [.. Enumerable.Range(0, Math.Min(line.GetArrayLength(), boxes[index].GetArrayLength())).Select(i =>
        {
            var box = boxes[index][i];
            return new OcrWord
            {
                Text = line[i].GetString()!,
                Box = turn.Back(Pixel(box[0]), Pixel(box[1]), Pixel(box[2]), Pixel(box[3])),
                IsApproximate = true,
            };
        })];
    }

    static OcrBox Around(OcrPoint[] polygon)
    {
        var (x, y) = (polygon.Min(point => point.X), polygon.Min(point => point.Y));
        return new(x, y, polygon.Max(point => point.X) - x, polygon.Max(point => point.Y) - y);
    }

    static int Pixel(JsonElement number) => (int)Math.Round(number.GetDouble());
}
