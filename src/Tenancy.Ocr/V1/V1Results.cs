using Tenancy.Ocr.V1;

namespace Tenancy;

/// <summary>Reads what <c>tenancy.ocr.v1</c> answered.</summary>
internal static class V1Results
{
    public static OcrPage Page(Page page, OcrJob job, string server, string? serverRequestId, ModelInfo? model, IEnumerable<Warning> warnings) => new()
    {
        Number = (int)page.Number + job.PageOffset,
        PagesTotal = job.WholePages ?? job.PagesTotal,
        Width = (int)page.Width,
        Height = (int)page.Height,
        Space = page.Space switch
        {
            CoordinateSpace.Upright => OcrCoordinateSpace.Upright,
            CoordinateSpace.Unwarped => OcrCoordinateSpace.Unwarped,
            _ => OcrCoordinateSpace.Source,
        },
        RotationDegrees = (int)page.RotationDegrees,
        Dpi = page.Dpi == 0 ? null : (int)page.Dpi,
        Lines = [.. page.Lines.Select(Line)],
        Text = page.Text.Length > 0 ? page.Text : string.Join('\n', page.Lines.Select(line => line.Text)),
        MeanConfidence = page.Lines.Count == 0 ? null : page.MeanConfidence,
        Model = model is null ? null : Model(model),
        Server = server,
        ServerRequestId = string.IsNullOrEmpty(serverRequestId) ? null : serverRequestId,
        Warnings = [.. warnings.Select(Warning)],
    };

    public static OcrModel Model(ModelInfo model) => new()
    {
        Engine = model.Engine,
        Version = model.EngineVersion,
        Detector = model.Detector,
        Recognizer = model.Recognizer,
        Languages = [.. model.Languages],
        ReadsHandwriting = model.Handwriting,
        Device = model.Device,
    };

    static OcrLine Line(Line line) => new()
    {
        Text = line.Text,
        Confidence = line.Confidence,
        Polygon = line.Polygon is { } polygon ? Points(polygon) : [],
        Box = line.Box is { } box ? Box(box) : null,
        Words = [.. line.Words.Select(word => new OcrWord
        {
            Text = word.Text,
            Box = word.Box is { } wordBox ? Box(wordBox) : default,
            Confidence = word.HasConfidence ? word.Confidence : null,
            IsApproximate = word.Approximate,
        })],
        IsUpsideDown = line.UpsideDown,
        Language = line.Language.Length == 0 ? null : line.Language,
    };

    static OcrPoint[] Points(Polygon polygon)
    {
        var points = new OcrPoint[polygon.Xy.Count / 2];
        for (var i = 0; i < points.Length; i++)
            points[i] = new(polygon.Xy[2 * i], polygon.Xy[2 * i + 1]);
        return points;
    }

    static OcrBox Box(Box box) => new(box.X, box.Y, box.Width, box.Height);

    static OcrWarning Warning(Warning warning) => new(warning.Code switch
    {
        WarningCode.PagesTruncated => OcrWarningCode.PagesTruncated,
        WarningCode.Downscaled => OcrWarningCode.Downscaled,
        WarningCode.WordBoxesUnsupported => OcrWarningCode.WordBoxesUnsupported,
        WarningCode.LanguageFallback => OcrWarningCode.LanguageFallback,
        WarningCode.LowConfidence => OcrWarningCode.LowConfidence,
        _ => OcrWarningCode.Other,
    }, warning.Message, warning.Page == 0 ? null : (int)warning.Page);
}
