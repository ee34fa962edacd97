using System.Diagnostics;

namespace Tenancy;

/// <summary>The names under which this package measures and traces.</summary>
public static class OcrTelemetry
{
    /// <summary>The name of the meter, for <c>AddMeter</c>.</summary>
    public const string MeterName = "Tenancy.Ocr";

    /// <summary>The name of the activity source, for <c>AddSource</c>: an activity for each document, and one for each attempt.</summary>
    public const string ActivitySourceName = "Tenancy.Ocr";

    internal static readonly ActivitySource Source =
        new(ActivitySourceName, typeof(OcrTelemetry).Assembly.GetName().Version?.ToString(3));
}
