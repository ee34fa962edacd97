using System.Security.Cryptography;
using Google.Protobuf;
using Tenancy.Ocr.V1;

namespace Tenancy;

/// <summary>Says in <c>tenancy.ocr.v1</c> what is asked for.</summary>
internal static class V1Messages
{
    const int ChunkBytes = 256 * 1024;

    public static RecognizeRequest Request(OcrJob job) => new()
    {
        Content = UnsafeByteOperations.UnsafeWrap(job.Content),
        MediaType = job.Facts.Kind.MediaType(),
        Options = Options(job),
        RequestId = job.RequestId,
        Pages = Pages(job),
    };

    /// <summary>The same in pieces, of which none is copied.</summary>
    public static async IAsyncEnumerable<UploadPart> Upload(OcrJob job)
    {
        yield return new UploadPart
        {
            Header = new UploadHeader
            {
                MediaType = job.Facts.Kind.MediaType(),
                TotalBytes = (ulong)job.Content.Length,
                Options = Options(job),
                RequestId = job.RequestId,
                Pages = Pages(job),
            },
        };
        for (var at = 0; at < job.Content.Length; at += ChunkBytes)
        {
            var chunk = job.Content.Slice(at, Math.Min(ChunkBytes, job.Content.Length - at));
            yield return new UploadPart { Chunk = UnsafeByteOperations.UnsafeWrap(chunk) };
        }

        await Task.CompletedTask.ConfigureAwait(false);
        yield return new UploadPart { Trailer = new UploadTrailer { Sha256 = ByteString.CopyFrom(SHA256.HashData(job.Content.Span)) } };
    }

    static PageRange? Pages(OcrJob job)
    {
        if (job.Done > 0)
        {
            var missing = new PageRange();
            missing.Explicit.AddRange(job.Missing.Select(page => (uint)page));
            return missing;
        }

        return job.Options is { FirstPage: 1, LastPage: null }
            ? null
            : new PageRange { First = (uint)job.Options.FirstPage, Last = (uint)(job.Options.LastPage ?? 0) };
    }

    static RecognizeOptions Options(OcrJob job)
    {
        var asked = job.Options;
        var options = new RecognizeOptions
        {
            Script = asked.Handwriting ? ScriptKind.Handwritten : ScriptKind.Unspecified,
            Profile = asked.Profile ?? "",
            Geometry = asked.Geometry switch
            {
                OcrGeometry.None => Geometry.None,
                OcrGeometry.Words => Geometry.Words,
                _ => Geometry.Lines,
            },
            Orientation = Toggled(asked.FixOrientation),
            Unwarp = Toggled(asked.Unwarp),
            TextlineOrientation = Toggled(asked.FixLineOrientation),
            MaxPages = (uint)job.Limits.MaxPages,
            PreferTextLayer = asked.PreferTextLayer,
        };
        options.Languages.AddRange(asked.Languages);
        if (asked.MinConfidence is { } confidence)
            options.MinConfidence = confidence;
        if (asked.Dpi is { } dpi)
            options.Dpi = (uint)dpi;
        return options;
    }

    static Toggle Toggled(bool on) => on ? Toggle.On : Toggle.Off;
}
