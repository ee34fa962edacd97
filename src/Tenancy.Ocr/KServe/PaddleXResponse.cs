using System.Buffers.Binary;
using System.Text.Json;
using Google.Protobuf;
using Tenancy.Ocr.KServe.V2;
using Tenancy.Transport;

namespace Tenancy;

/// <summary>The answer of PaddleX: gRPC may say OK while the JSON inside says otherwise.</summary>
internal static class PaddleXResponse
{
    /// <summary>The name under which the server's log id travels in an error.</summary>
    public const string LogIdName = "x-log-id";

    /// <exception cref="GrpcException">It is no answer of ours, no JSON, or an error of the server.</exception>
    /// <exception cref="OcrException">The server found the document unreadable.</exception>
    public static JsonDocument Open(ModelInferResponse response, OcrJob job, string server)
    {
        // Servers have mixed up the results of different callers: what is not marked as ours is not taken.
        if (response.Id != job.RequestId)
            throw GrpcException.Malformed("The server answered another request than ours.");
        JsonDocument json;
        try
        {
            json = JsonDocument.Parse(Element(response).Memory);
        }
        catch (JsonException e)
        {
            throw GrpcException.Malformed("The server's output is no JSON.", e);
        }

        try
        {
            Check(json.RootElement, server);
            return json;
        }
        catch
        {
            json.Dispose();
            throw;
        }
    }

    /// <summary>What read it: PaddleOCR, unless a server that only speaks PaddleX's protocol says otherwise beside its output.</summary>
    public static OcrModel Model(ModelInferResponse response) => new()
    {
        Engine = Parameter(response, "engine") is { Length: > 0 } engine ? engine : "paddleocr",
        Version = Parameter(response, "engine_version"),
    };

    static string Parameter(ModelInferResponse response, string name) =>
        response.Parameters.TryGetValue(name, out var value) ? value.StringParam : "";

    static ByteString Element(ModelInferResponse response)
    {
        var index = 0;
        while (index < response.Outputs.Count && response.Outputs[index].Name != "output")
            index++;
        if (index == response.Outputs.Count)
            throw GrpcException.Malformed("The server's answer has no tensor named 'output'.");
        if (index >= response.RawOutputContents.Count)
        {
            return response.Outputs[index].Contents?.BytesContents is [{ } typed, ..]
                ? typed
                : throw GrpcException.Malformed("The server's output is empty.");
        }

        var raw = response.RawOutputContents[index];
        if (raw.Length < 4 || BinaryPrimitives.ReadUInt32LittleEndian(raw.Span) != raw.Length - 4)
            throw GrpcException.Malformed("The server's output is not one element of bytes.");
        return UnsafeByteOperations.UnsafeWrap(raw.Memory[4..]);
    }

    static void Check(JsonElement root, string server)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("errorCode", out var error) || !error.TryGetInt32(out var code))
            throw GrpcException.Malformed("The server's output has no errorCode.");
        if (code == 0)
            return;
        var logId = LogId(root);
        var message = root.TryGetProperty("errorMsg", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : "";
        if (code is >= 400 and < 500)
        {
            throw new OcrException(GrpcStatusCode.InvalidArgument, $"The server cannot read the document: {message}")
            {
                Reason = OcrReasons.UnreadableFile,
                Server = server,
                ServerRequestId = logId,
            };
        }

        // May be the document's fault as well: older servers say 500 of a damaged image.
        var trailers = logId is null || logId.AsSpan().ContainsAnyExceptInRange(' ', '~') ? null : GrpcMetadata.Empty.With(LogIdName, logId);
        throw new GrpcException(GrpcStatusCode.Internal, $"{message} (error {code})", GrpcFailure.Status, trailers) { HadHeaders = true };
    }

    public static string? LogId(JsonElement root) =>
        root.TryGetProperty("logId", out var id) && id.ValueKind == JsonValueKind.String ? id.GetString() : null;
}
