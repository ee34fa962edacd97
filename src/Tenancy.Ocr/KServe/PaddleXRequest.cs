using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using Google.Protobuf;
using Tenancy.Ocr.KServe.V2;

namespace Tenancy;

/// <summary>The request of PaddleX: JSON with the file in Base64, as the one element of a tensor of bytes.</summary>
internal static class PaddleXRequest
{
    const int LengthBytes = 4;

    public static ModelInferRequest Create(string model, OcrJob job, bool words)
    {
        var request = new ModelInferRequest { ModelName = model, Id = job.RequestId };
        request.Inputs.Add(new ModelInferRequest.Types.InferInputTensor { Name = "input", Datatype = "BYTES", Shape = { 1, 1 } });
        request.Outputs.Add(new ModelInferRequest.Types.InferRequestedOutputTensor { Name = "output" });
        request.RawInputContents.Add(UnsafeByteOperations.UnsafeWrap(Element(job, words)));
        return request;
    }

    /// <summary>Four bytes of length, least first, and the JSON.</summary>
    static ReadOnlyMemory<byte> Element(OcrJob job, bool words)
    {
        var buffer = new ArrayBufferWriter<byte>(Base64Length(job.Content.Length) + 1024);
        buffer.GetSpan(LengthBytes)[..LengthBytes].Clear();
        buffer.Advance(LengthBytes);
        using (var json = new Utf8JsonWriter(buffer))
            Write(json, job, words);
        var element = buffer.WrittenMemory.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(element, element.Length - LengthBytes);
        return element;
    }

    static void Write(Utf8JsonWriter json, OcrJob job, bool words)
    {
        json.WriteStartObject();
        // Bytes, never an address: the server would fetch it.
        json.WriteBase64String("file", job.Content.Span);
        json.WriteNumber("fileType", job.Facts.IsPdf ? 0 : 1);
        // The server's default is pictures of every page.
        json.WriteBoolean("visualize", false);
        json.WriteBoolean("useDocOrientationClassify", job.Options.FixOrientation);
        json.WriteBoolean("useDocUnwarping", job.Options.Unwarp);
        json.WriteBoolean("useTextlineOrientation", job.Options.FixLineOrientation);
        if (job.Options.MinConfidence is { } confidence)
            json.WriteNumber("textRecScoreThresh", confidence);
        if (words)
            json.WriteBoolean("returnWordBox", true);
        json.WriteEndObject();
    }

    static int Base64Length(int bytes) => checked((int)((bytes + 2L) / 3 * 4));
}
